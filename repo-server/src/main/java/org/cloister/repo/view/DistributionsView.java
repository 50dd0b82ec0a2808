package org.cloister.repo.view;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionName;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/** Every distribution in every state that it had: a function of the log. */
public final class DistributionsView implements View {
    private final ConcurrentNavigableMap<DistributionName, DistributionHistory> histories =
            new ConcurrentSkipListMap<>();
    private final List<Consumer<DistributionName>> listeners = new CopyOnWriteArrayList<>();
    private final Map<PackageId, PackagePublished> published = new HashMap<>();
    private final Map<MirrorName, Position> listings = new HashMap<>();
    private PSet<PackageId> yanked = HashTreePSet.empty();

    /** Told of each change, on the projection's thread; must not block. */
    public void listen(Consumer<DistributionName> listener) {
        listeners.add(listener);
    }

    /** Null if no distribution of this name was ever defined. */
    public @Nullable DistributionHistory find(DistributionName name) {
        return histories.get(name);
    }

    /** All distributions by name. */
    public SortedMap<DistributionName, DistributionHistory> all() {
        return Collections.unmodifiableSortedMap(histories);
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof PackageEvent change) {
            change.match(new PackageChange(Occurrence.of(recorded)));
        } else if (event instanceof MirrorIndexed indexed) {
            index(Occurrence.of(recorded), indexed.name());
        } else if (event instanceof DistributionEvent change) {
            DistributionName name = new DistributionName(recorded.stream().name());
            change.match(new DistributionChange(Occurrence.of(recorded), name));
            tell(name);
        }
    }

    /** Those that follow the mirror have its new listing. */
    private void index(Occurrence at, MirrorName mirror) {
        listings.put(mirror, at.position());
        histories.forEach((name, history) -> {
            DistributionSnapshot now = history.now();
            if (now != null && !now.held() && now.definition().mirrors().contains(mirror)) {
                change(name, history, at, contents -> contents.withListing(mirror, at.position()));
            }
        });
    }

    private void tell(DistributionName name) {
        listeners.forEach(listener -> listener.accept(name));
    }

    /** Adds a state to a distribution if {@code change} makes other contents of those that it has. */
    private void change(
            DistributionName name, DistributionHistory history, Occurrence at, UnaryOperator<Contents> change) {
        DistributionSnapshot now = history.now();
        if (now == null) {
            return;
        }
        Contents after = change.apply(now.contents());
        if (after != now.contents()) {
            history.add(at, now.definition(), now.held(), after);
            tell(name);
        }
    }

    private static boolean follows(DistributionSnapshot now, PackagePublished event) {
        DistributionDefined definition = now.definition();
        MirrorName mirror = event.mirror();
        return !now.held()
                && (mirror == null
                        ? definition.uploads()
                        : definition.mirrors().contains(mirror)
                                && !now.contents().mirrors().containsKey(mirror));
    }

    private final class PackageChange implements PackageEvent.Cases<Boolean> {
        private final Occurrence at;

        PackageChange(Occurrence at) {
            this.at = at;
        }

        @Override
        public Boolean on(PackagePublished event) {
            published.put(event.id(), event);
            histories.forEach((name, history) -> {
                DistributionSnapshot now = history.now();
                if (now != null && !event.id().name().isRpm() && follows(now, event)) {
                    String component = now.definition().components().get(0);
                    change(name, history, at, contents -> contents.withFollowed(event, component));
                }
            });
            return true;
        }

        @Override
        public Boolean on(PackageYanked event) {
            yanked = yanked.plus(event.id());
            return withdrawn(event.id());
        }

        @Override
        public Boolean on(PackageRestored event) {
            yanked = yanked.minus(event.id());
            return withdrawn(event.id());
        }

        @Override
        public Boolean on(PackageSigned event) {
            return false;
        }

        /** A listing may have it too. */
        private boolean withdrawn(PackageId id) {
            histories.forEach((name, history) -> change(
                    name,
                    history,
                    at,
                    contents -> contents.chosen().containsKey(id)
                                    || !contents.mirrors().isEmpty()
                            ? contents.withWithdrawn(yanked)
                            : contents));
            return true;
        }
    }

    private final class DistributionChange implements DistributionEvent.Cases<Boolean> {
        private final Occurrence at;
        private final DistributionHistory history;

        DistributionChange(Occurrence at, DistributionName name) {
            this.at = at;
            this.history = histories.computeIfAbsent(name, unknown -> new DistributionHistory());
        }

        @Override
        public Boolean on(DistributionDefined event) {
            DistributionSnapshot now = history.now();
            Contents before = now == null ? Contents.EMPTY : now.contents();
            history.add(at, event, false, followed(event, before).withWithdrawn(yanked));
            return true;
        }

        /** What follows nothing keeps what it was given. */
        private Contents followed(DistributionDefined definition, Contents before) {
            if (definition.mirrors().isEmpty() && !definition.uploads()) {
                return before;
            }
            Contents contents = before.withoutFollowed();
            for (MirrorName mirror : definition.mirrors()) {
                Position listing = listings.get(mirror);
                contents = listing == null ? contents : contents.withListing(mirror, listing);
            }
            String component = definition.components().get(0);
            for (PackagePublished each : published.values()) {
                MirrorName mirror = each.mirror();
                boolean wanted = mirror == null
                        ? definition.uploads() && !each.id().name().isRpm()
                        : definition.mirrors().contains(mirror) && !listings.containsKey(mirror);
                contents = wanted ? contents.withFollowed(each, component) : contents;
            }
            return contents;
        }

        @Override
        public Boolean on(PackagesIncluded event) {
            return with(contents -> {
                Contents after = contents;
                for (PackageId id : event.packages()) {
                    PackagePublished publication = published.get(id);
                    after = publication == null ? after : after.withIncluded(publication, event.component());
                }
                return after;
            });
        }

        @Override
        public Boolean on(PackagesExcluded event) {
            return with(contents -> {
                Contents after = contents;
                for (PackageId id : event.packages()) {
                    after = after.withExcluded(id);
                }
                return after;
            });
        }

        private boolean with(UnaryOperator<Contents> change) {
            DistributionSnapshot now = history.now();
            if (now != null) {
                Contents after = change.apply(now.contents()).withWithdrawn(yanked);
                history.add(at, now.definition(), now.held(), after);
            }
            return true;
        }

        @Override
        public Boolean on(DistributionPromoted event) {
            DistributionHistory source = histories.get(event.from());
            return hold(source == null ? null : source.at(event.asOf()));
        }

        @Override
        public Boolean on(DistributionRolledBack event) {
            return hold(history.at(event.to()));
        }

        /** What was yanked since doesn't come back. */
        private boolean hold(@Nullable DistributionSnapshot source) {
            DistributionSnapshot now = history.now();
            if (now != null && source != null) {
                history.add(at, now.definition(), true, source.contents().withWithdrawn(yanked));
            }
            return true;
        }
    }
}
