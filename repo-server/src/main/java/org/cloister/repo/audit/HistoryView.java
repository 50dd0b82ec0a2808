package org.cloister.repo.audit;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorEvent.PackagesWithdrawn;
import org.cloister.events.PackageEvent;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.repo.decide.RootHistory;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.View;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log the entries of the history are and where their outcomes, in columns ({@link HistoryTable}): the events themselves
 * stay in the log. What happened to a root concerns the package that the root is for, not those that this one depends on.
 */
public final class HistoryView implements View {
    /**
     * One entry.
     *
     * @param outcomes the positions of the reports about it
     */
    record Row(Position position, List<Position> outcomes) {
        Row {
            outcomes = List.copyOf(outcomes);
        }

        /** The last report about it, or null. */
        @Nullable
        Position outcome() {
            return outcomes.isEmpty() ? null : outcomes.get(outcomes.size() - 1);
        }
    }

    /** The number of no closures. */
    private static final int NO_CLOSURES = 0;

    private final HostsView hosts;
    private final HistoryTable table = new HistoryTable();
    private final Numbering<HostId> hostNumbers = new Numbering<>();
    private final Numbering<PackageName> names = new Numbering<>();
    private final Numbering<Principal> principals = new Numbering<>();
    private final Numbering<Closure> closures = new Numbering<>();
    /** Closures that stand together in one entry, by their numbers. */
    private final Numbering<List<Integer>> sets = new Numbering<>();
    /** The views share one object for each closure: hashing its members once is enough. On the projection's thread only. */
    private final IdentityHashMap<Closure, Integer> known = new IdentityHashMap<>();

    /** @param hosts is fed before this one */
    public HistoryView(HostsView hosts) {
        this.hosts = hosts;
        sets.of(List.of());
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof HostEvent.Outcome outcome) {
            table.report(outcome.request().value(), recorded.position().value());
            return;
        }
        if (event instanceof PackagesListed || event instanceof PackagesWithdrawn) {
            return; // the end of their synchronization tells how many there are
        }
        HostId host = recorded.stream().kind() == StreamId.Kind.HOST ? hosts.idOf(recorded.stream()) : null;
        PackageName name = packageName(recorded, event, host);
        table.add(
                recorded.position().value(),
                new HistoryTable.Entry(
                        host == null ? Numbering.NONE : hostNumbers.of(host),
                        name == null ? Numbering.NONE : names.of(name),
                        host == null ? NO_CLOSURES : closures(host, recorded.position()),
                        principals.of(recorded.principal()),
                        hash(recorded.correlation())));
    }

    /** FNV-1a of 64 bits. Two ids that share it are told apart by who reads the events. */
    static long hash(CorrelationId correlation) {
        long hash = 0xcbf29ce484222325L;
        String text = correlation.text();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The package that it happened to, or that the root is for to which it happened. */
    private @Nullable PackageName packageName(RecordedEvent recorded, Event event, @Nullable HostId host) {
        if (event instanceof PackageEvent) {
            return new PackageName(recorded.stream().name());
        }
        RootName root = root(event);
        HostsView.HostEntry entry = host == null || root == null ? null : hosts.find(host);
        if (entry == null || root == null) {
            return null;
        }
        RootHistory history = entry.state().history(root);
        // A root gives back what it has when it is gone.
        RootTarget target = history.present() == null ? history.previous() : history.present();
        return target == null ? null : target.requested().name();
    }

    private static @Nullable RootName root(Event event) {
        if (event instanceof HostEvent.IntegrityViolated violated) {
            return violated.root();
        }
        return event instanceof HostEvent.OfRoot of ? of.root() : null;
    }

    /** What the request is about, as the number of a set: what roots shall have, and for a removal what they had. */
    private int closures(HostId host, Position position) {
        HostsView.HostEntry entry = hosts.find(host);
        var request = entry == null ? null : entry.state().requests().get(position);
        if (request == null) {
            return NO_CLOSURES;
        }
        List<Integer> set = new ArrayList<>();
        request.targets().values().forEach(target -> set.add(number(target.closure())));
        request.before().values().forEach(history -> {
            if (history.present() != null) {
                set.add(number(history.present().closure()));
            }
        });
        return sets.of(set.stream().distinct().sorted().toList());
    }

    private int number(Closure closure) {
        return known.computeIfAbsent(closure, closures::of);
    }

    /**
     * At most {@code limit} rows after {@code after} by position. Looks at each row once. With a correlation id there may be a row
     * among them that has another.
     */
    List<Row> find(HistoryFilter filter, Position after, int limit) {
        Wanted wanted = wanted(filter);
        return wanted.none ? List.of() : rows(table.after(after.value(), wanted, limit));
    }

    /** At most {@code limit} rows before {@code before}, the newest first. With a host it looks at that host's rows only. */
    List<Row> findBefore(HistoryFilter filter, Position before, int limit) {
        Wanted wanted = wanted(filter);
        if (wanted.none) {
            return List.of();
        }
        return rows(
                filter.host() == null
                        ? table.before(before.value(), wanted, limit)
                        : table.ofHostBefore(wanted.host, before.value(), wanted, limit));
    }

    private List<Row> rows(List<Integer> numbers) {
        return numbers.stream().map(table::row).toList();
    }

    private Wanted wanted(HistoryFilter filter) {
        return new Wanted(filter);
    }

    /** A filter in numbers. */
    private final class Wanted implements HistoryTable.Filter {
        private final boolean none;
        private final boolean anyHost;
        private final boolean anyPrincipal;
        private final boolean anyCorrelation;
        private final int host;
        private final int principal;
        private final long correlation;
        private final @Nullable PackageName packageName;
        private final int name;
        /** By number of the closures: whether they have the package. */
        private final byte[] having = new byte[sets.size()];

        Wanted(HistoryFilter filter) {
            anyHost = filter.host() == null;
            host = filter.host() == null ? Numbering.NONE : hostNumbers.find(filter.host());
            anyPrincipal = filter.principal() == null;
            principal = filter.principal() == null ? Numbering.NONE : principals.find(filter.principal());
            anyCorrelation = filter.correlation() == null;
            correlation = filter.correlation() == null ? 0 : hash(filter.correlation());
            packageName = filter.packageName();
            name = packageName == null ? Numbering.NONE : names.find(packageName);
            none = (!anyHost && host == Numbering.NONE) || (!anyPrincipal && principal == Numbering.NONE);
        }

        @Override
        public boolean wants(int ofHost, int ofPackage, int ofClosures, int by, long tied) {
            return (anyHost || host == ofHost)
                    && (anyPrincipal || principal == by)
                    && (anyCorrelation || correlation == tied)
                    && (packageName == null || concerns(packageName, ofPackage, ofClosures));
        }

        private boolean concerns(PackageName wanted, int ofPackage, int ofClosures) {
            if (ofPackage == name && name != Numbering.NONE) {
                return true;
            }
            if (ofClosures >= having.length) {
                return contains(ofClosures, wanted); // came while it was looked for
            }
            if (having[ofClosures] == UNKNOWN) {
                having[ofClosures] = contains(ofClosures, wanted) ? YES : NO;
            }
            return having[ofClosures] == YES;
        }
    }

    private static final byte UNKNOWN = 0;
    private static final byte YES = 1;
    private static final byte NO = 2;

    private boolean contains(int set, PackageName name) {
        return sets.get(set).stream()
                .anyMatch(closure -> closures.get(closure).packages().stream()
                        .anyMatch(member -> member.id().name().equals(name)));
    }
}
