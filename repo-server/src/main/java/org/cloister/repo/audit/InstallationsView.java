package org.cloister.repo.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.repo.audit.PackageInterval.Mark;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.view.ClosuresView;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.View;
import org.jspecify.annotations.Nullable;

/**
 * What was in the roots of all hosts and when, as they reported it, whole closures counted. A report about an older request than
 * one that was reported already changes nothing, as in {@link org.cloister.repo.decide.HostState#installed}.
 */
public final class InstallationsView implements View {
    private static final Comparator<PackageInterval> BY_BEGINNING = Comparator.comparing(
                    (PackageInterval interval) -> interval.from().position())
            .thenComparing(PackageInterval::host)
            .thenComparing(PackageInterval::root)
            .thenComparing(interval -> interval.id().name())
            .thenComparing(interval -> interval.id().version())
            .thenComparing(interval -> interval.id().architecture());

    private static final int[] NO_MEMBERS = {};

    private final Askers askers;
    private final Function<ClosureId, @Nullable Closure> closures;
    private final InstallationTable table = new InstallationTable();
    private final Numbering<HostId> hostNumbers = new Numbering<>();
    private final Numbering<RootName> roots = new Numbering<>();
    private final Numbering<PackageId> packages = new Numbering<>();
    private final Numbering<Principal> principals = new Numbering<>();
    private final Numbering<ClosureId> closureNumbers = new Numbering<>();
    /** By number of the closure; none for one that nobody was ever asked to have. */
    private final Map<Integer, int[]> members = new ConcurrentHashMap<>();
    /** By number of the host, then of the root. On the projection's thread only. */
    private final Map<Integer, Map<Integer, Present>> present = new HashMap<>();

    /** The last request that was reported of a root, and the row that lasts, or -1. */
    private record Present(long request, int row) {}

    /** A host reported to have what it wasn't told to install by any event: the deciders refuse that, so there is none in a sound log. */
    public record Unserved(HostId host, RootName root, PackageId requested, Mark reported) {}

    /** More of them say no more. */
    private static final int MAX_UNSERVED = 10_000;

    private final List<Unserved> unserved = new CopyOnWriteArrayList<>();

    /** Who asked for what a report is about. */
    @FunctionalInterface
    interface Askers {
        /** Null if the request isn't known. */
        @Nullable
        Principal of(HostId host, Position request);
    }

    /**
     * @param hosts is fed before this one
     * @param closures is fed before this one
     */
    public InstallationsView(HostsView hosts, ClosuresView closures) {
        this(
                (host, request) -> {
                    HostsView.HostEntry entry = hosts.find(host);
                    HostRequest asked =
                            entry == null ? null : entry.state().requests().get(request);
                    return asked == null ? null : asked.asked().by();
                },
                closures::find);
    }

    InstallationsView(Askers askers, Function<ClosureId, @Nullable Closure> closures) {
        this.askers = askers;
        this.closures = closures;
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof InstallationSucceeded success) {
            success.roots().forEach(outcome -> begin(recorded, success.request(), outcome));
        } else if (event instanceof RollbackCompleted rollback) {
            rollback.roots().forEach(outcome -> begin(recorded, rollback.request(), outcome));
        } else if (event instanceof RemovalCompleted removal) {
            removal.roots().forEach(root -> remove(recorded, removal.request(), root));
        } else if (event instanceof HostRetired) {
            Map<Integer, Present> ofHost = present.remove(host(recorded));
            if (ofHost != null) {
                ofHost.values().forEach(root -> end(recorded, root.row(), Ending.RETIRED));
            }
        }
    }

    private void begin(RecordedEvent recorded, Position request, RootOutcome outcome) {
        int host = host(recorded);
        int root = roots.of(outcome.root());
        Present before = before(host, root, request);
        if (before == null) {
            return;
        }
        end(recorded, before.row(), Ending.REPLACED);
        int closure = closure(outcome.closure());
        if (!members.containsKey(closure) && unserved.size() < MAX_UNSERVED) {
            unserved.add(new Unserved(
                    hostNumbers.get(host),
                    outcome.root(),
                    outcome.requested(),
                    new Mark(recorded.position(), recorded.recordedAt())));
        }
        int row = table.begin(
                host,
                root,
                closure,
                packages.of(outcome.requested()),
                principals.of(asker(recorded, request)),
                request.value(),
                recorded.position().value(),
                micros(recorded));
        remember(host, root, new Present(request.value(), row));
    }

    private void remove(RecordedEvent recorded, Position request, RootName name) {
        int host = host(recorded);
        int root = roots.of(name);
        Present before = before(host, root, request);
        if (before != null) {
            end(recorded, before.row(), Ending.REMOVED);
            remember(host, root, new Present(request.value(), Numbering.NONE));
        }
    }

    /** Null if something later, or this, was reported already. */
    private @Nullable Present before(int host, int root, Position request) {
        Present before = present.getOrDefault(host, Map.of()).get(root);
        if (before == null) {
            return new Present(0, Numbering.NONE);
        }
        return request.value() > before.request() ? before : null;
    }

    private void remember(int host, int root, Present now) {
        present.computeIfAbsent(host, number -> new HashMap<>()).put(root, now);
    }

    private void end(RecordedEvent recorded, int row, Ending ending) {
        if (row != Numbering.NONE) {
            table.end(row, recorded.position().value(), micros(recorded), ending);
        }
    }

    private int host(RecordedEvent recorded) {
        return hostNumbers.of(new HostId(recorded.stream().name()));
    }

    private Principal asker(RecordedEvent recorded, Position request) {
        Principal asked = askers.of(new HostId(recorded.stream().name()), request);
        return asked == null ? recorded.principal() : asked;
    }

    private int closure(ClosureId id) {
        int number = closureNumbers.of(id);
        members.computeIfAbsent(number, added -> {
            Closure closure = closures.apply(id);
            return closure == null
                    ? null
                    : closure.packages().stream()
                            .mapToInt(member -> packages.of(member.id()))
                            .toArray();
        });
        return number;
    }

    private static long micros(RecordedEvent recorded) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, recorded.recordedAt());
    }

    /** Installed, but never served; the first {@value #MAX_UNSERVED}. */
    public List<Unserved> unserved() {
        return List.copyOf(unserved);
    }

    /** How many contents of roots were ever reported. */
    public int size() {
        return table.size();
    }

    /**
     * Who had a package that is wanted, as the log knew it at {@code asOf}, by beginning. What changed in a root without touching
     * the package joins.
     */
    public List<PackageInterval> having(Predicate<PackageId> wanted, Position asOf) {
        Map<Integer, int[]> found = closuresWith(wanted);
        BitSet containing = new BitSet();
        found.keySet().forEach(containing::set);
        Map<Place, Span> lastOf = new HashMap<>();
        List<Span> spans = new ArrayList<>();
        table.read(asOf.value(), (host, closure) -> containing.get(closure), row -> {
            for (int member : found.getOrDefault(row.closure(), NO_MEMBERS)) {
                Place place = new Place(row.host(), row.root(), member);
                Span last = lastOf.get(place);
                if (last != null && last.continuesIn(row)) {
                    last.last = row;
                } else {
                    Span span = new Span(row, member);
                    lastOf.put(place, span);
                    spans.add(span);
                }
            }
        });
        List<PackageInterval> all = new ArrayList<>(spans.size());
        spans.forEach(span -> all.add(interval(span.first, span.last, span.member)));
        all.sort(BY_BEGINNING);
        return all;
    }

    /** Where one interval can go on in the next. */
    private record Place(int host, int root, int member) {}

    /** Rows that follow each other without a gap and have the member all the time. */
    private static final class Span {
        private final InstallationTable.Row first;
        private final int member;
        private InstallationTable.Row last;

        Span(InstallationTable.Row first, int member) {
            this.first = first;
            this.last = first;
            this.member = member;
        }

        boolean continuesIn(InstallationTable.Row next) {
            return last.ending() == Ending.REPLACED && last.until() == next.from();
        }
    }

    /** What was in the roots of one host at {@code asOf}, closures with their members, by root and name. */
    public List<PackageInterval> on(HostId host, Position asOf) {
        int number = hostNumbers.find(host);
        List<PackageInterval> all = new ArrayList<>();
        table.readHost(number, asOf.value(), row -> {
            if (row.until() == 0) {
                for (int member : members.getOrDefault(row.closure(), NO_MEMBERS)) {
                    all.add(interval(row, row, member));
                }
            }
        });
        all.sort(Comparator.comparing(PackageInterval::root)
                .thenComparing(interval -> interval.id().name()));
        return all;
    }

    /** By number of the closure, its members that are wanted. */
    private Map<Integer, int[]> closuresWith(Predicate<PackageId> wanted) {
        BitSet matching = new BitSet();
        for (int i = 0; i < packages.size(); i++) {
            matching.set(i, wanted.test(packages.get(i)));
        }
        Map<Integer, int[]> found = new HashMap<>();
        if (!matching.isEmpty()) {
            members.forEach((closure, all) -> {
                int[] some = Arrays.stream(all).filter(matching::get).toArray();
                if (some.length > 0) {
                    found.put(closure, some);
                }
            });
        }
        return found;
    }

    private PackageInterval interval(InstallationTable.Row row, InstallationTable.Row last, int member) {
        Ending ending = last.ending();
        return new PackageInterval(
                hostNumbers.get(row.host()),
                roots.get(row.root()),
                packages.get(member),
                packages.get(row.requested()),
                principals.get(row.principal()),
                new Position(row.request()),
                mark(row.from(), row.fromMicros()),
                ending == null ? null : mark(last.until(), last.untilMicros()),
                ending);
    }

    private static Mark mark(long position, long micros) {
        return new Mark(new Position(position), Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
