package org.cloister.repo.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
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
 * Where in the log the entries of the history are and where their outcomes. About 200 bytes an entry: the events themselves stay
 * in the log. What happened to a root concerns the package that the root is for, not those that this one depends on.
 */
public final class HistoryView implements View {
    /**
     * One entry.
     *
     * @param closures shared with the views
     * @param outcomes the positions of the reports about it
     */
    record Row(
            Position position,
            @Nullable HostId host,
            @Nullable PackageName packageName,
            List<Closure> closures,
            Principal principal,
            CorrelationId correlation,
            List<Position> outcomes) {
        /** The last report about it, or null. */
        @Nullable
        Position outcome() {
            return outcomes.isEmpty() ? null : outcomes.get(outcomes.size() - 1);
        }

        Row reported(Position report) {
            List<Position> more = new ArrayList<>(outcomes);
            more.add(report);
            return new Row(position, host, packageName, closures, principal, correlation, List.copyOf(more));
        }
    }

    private final HostsView hosts;
    private final ConcurrentNavigableMap<Position, Row> rows = new ConcurrentSkipListMap<>();

    /** @param hosts is fed before this one */
    public HistoryView(HostsView hosts) {
        this.hosts = hosts;
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof HostEvent.Outcome outcome) {
            rows.computeIfPresent(outcome.request(), (position, row) -> row.reported(recorded.position()));
            return;
        }
        if (event instanceof PackagesListed || event instanceof PackagesWithdrawn) {
            return; // the end of their synchronization tells how many there are
        }
        HostId host = recorded.stream().kind() == StreamId.Kind.HOST
                ? new HostId(recorded.stream().name())
                : null;
        rows.put(
                recorded.position(),
                new Row(
                        recorded.position(),
                        host,
                        packageName(recorded, event, host),
                        host == null ? List.of() : closures(host, recorded.position()),
                        recorded.principal(),
                        recorded.correlation(),
                        List.of()));
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

    /** What the request is about: what roots shall have, and for a removal what they had. */
    private List<Closure> closures(HostId host, Position position) {
        HostsView.HostEntry entry = hosts.find(host);
        var request = entry == null ? null : entry.state().requests().get(position);
        if (request == null) {
            return List.of();
        }
        List<Closure> closures = new ArrayList<>();
        request.targets().values().forEach(target -> closures.add(target.closure()));
        request.before().values().forEach(history -> {
            if (history.present() != null) {
                closures.add(history.present().closure());
            }
        });
        return List.copyOf(closures);
    }

    /** At most {@code limit} rows after {@code after} by position. Looks at each row once. */
    List<Row> find(HistoryFilter filter, Position after, int limit) {
        return find(filter, rows.tailMap(after, false).values(), limit);
    }

    /** At most {@code limit} rows before {@code before}, the newest first. Looks at each row once. */
    List<Row> findBefore(HistoryFilter filter, Position before, int limit) {
        return find(filter, rows.headMap(before, false).descendingMap().values(), limit);
    }

    private static List<Row> find(HistoryFilter filter, Collection<Row> candidates, int limit) {
        Map<Closure, Boolean> has = new IdentityHashMap<>();
        List<Row> found = new ArrayList<>();
        for (Row row : candidates) {
            if (found.size() >= limit) {
                break;
            }
            if (matches(filter, row, has)) {
                found.add(row);
            }
        }
        return found;
    }

    private static boolean matches(HistoryFilter filter, Row row, Map<Closure, Boolean> has) {
        return (filter.host() == null || filter.host().equals(row.host()))
                && (filter.principal() == null || filter.principal().equals(row.principal()))
                && (filter.correlation() == null || filter.correlation().equals(row.correlation()))
                && (filter.packageName() == null || concerns(row, filter.packageName(), has));
    }

    private static boolean concerns(Row row, PackageName name, Map<Closure, Boolean> has) {
        return name.equals(row.packageName())
                || row.closures().stream()
                        .anyMatch(closure -> has.computeIfAbsent(closure, some -> contains(some, name)));
    }

    private static boolean contains(Closure closure, PackageName name) {
        return closure.packages().stream().anyMatch(member -> member.id().name().equals(name));
    }
}
