package org.cloister.agent.integrity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.DamageBook;
import org.cloister.agent.store.Damaged;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damage that isn't repaired yet, in the agent's database. An incident is opened together with the report that it was found,
 * and closed together with the report that it is over: each is made exactly once, whoever found the damage, however often, and
 * wherever the agent died. For all threads.
 */
public final class Incidents implements DamageBook {
    private static final Logger LOG = LoggerFactory.getLogger(Incidents.class);

    private final AgentDatabase database;
    private final Reports reports;
    private final UnionControl union;
    private final Places places;
    private final Runnable reported;

    /** @param reported called when a report was queued */
    public Incidents(
            AgentDatabase database,
            Reports reports,
            UnionControl union,
            ObjectStore store,
            Supplier<HostImage> image,
            Runnable reported) {
        this.database = database;
        this.reports = reports;
        this.union = union;
        this.places = new Places(store, image);
        this.reported = reported;
    }

    /** The file system found this, so it knows. */
    void heard(List<UnionControl.Damage> news) throws IOException {
        Set<Digest> objects = news.stream().map(UnionControl.Damage::object).collect(Collectors.toSet());
        Map<Digest, Places.Place> used = places.of(objects);
        List<Damaged> damaged = new ArrayList<>();
        for (UnionControl.Damage one : news) {
            Places.Place place = used.get(one.object());
            damaged.add(new Damaged(
                    one.object(),
                    one.size(),
                    one.manifest(),
                    place == null ? null : place.root(),
                    place == null ? "" : place.path(),
                    one.found()));
        }
        open(damaged);
    }

    private void open(List<Damaged> damaged) throws IOException {
        for (Damaged one : damaged) {
            var form = reports.of(List.of(new IntegrityViolated(one.object(), one.root(), one.path(), one.found())));
            if (database.openIncident(one, form)) {
                LOG.warn("object {} {} ({} {})", one.object(), one.found(), one.root(), one.path());
                reported.run();
            }
        }
    }

    @Override
    public void found(List<Damaged> damaged) throws IOException {
        open(damaged);
        ask(damaged);
    }

    @Override
    public void fetched(Collection<Damaged> whole) throws IOException {
        Set<Digest> still = ask(whole);
        for (Damaged one : whole) {
            if (still.contains(one.object())) {
                LOG.error("{} was fetched again, and what the disk gives back is damaged", one.object());
            } else if (database.closeIncident(one.object(), reports.of(List.of(new IntegrityRestored(one.object()))))) {
                LOG.info("object {} is whole again ({} {})", one.object(), one.root(), one.path());
                reported.run();
            }
        }
    }

    /**
     * Has the file system look at objects, so that it refuses those that are damaged and gives those that are whole. While it is
     * away nothing needs to be told: it hashes what is opened after its start.
     *
     * @return those that it finds damaged
     */
    private Set<Digest> ask(Collection<Damaged> objects) {
        Map<Digest, Long> sizes = new HashMap<>();
        objects.stream().filter(one -> !one.manifest()).forEach(one -> sizes.put(one.object(), one.size()));
        try {
            return sizes.isEmpty() ? Set.of() : union.check(sizes);
        } catch (IOException e) {
            LOG.info("{}", e.getMessage());
            return Set.of();
        }
    }

    /** What isn't repaired, the oldest first, at most {@code limit}. */
    List<Damaged> open(int limit) throws IOException {
        return database.incidents(limit);
    }
}
