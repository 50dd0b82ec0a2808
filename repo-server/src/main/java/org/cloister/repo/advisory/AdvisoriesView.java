package org.cloister.repo.advisory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cloister.events.AdvisoryEvent;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryId;
import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.View;

/** Every advisory that was imported, as it was imported last. */
public final class AdvisoriesView implements View {
    private final ConcurrentNavigableMap<AdvisoryId, Known> known = new ConcurrentSkipListMap<>();
    private final Map<AdvisoryId, Set<AdvisoryId>> byAlias = new ConcurrentHashMap<>();

    /**
     * An advisory.
     *
     * @param first when it was imported for the first time
     * @param last when what is known of it was imported
     */
    public record Known(AdvisoryImported advisory, Occurrence first, Occurrence last) {}

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof AdvisoryEvent change && change instanceof AdvisoryImported advisory) {
            Occurrence at = Occurrence.of(recorded);
            Known before = known.get(advisory.id());
            known.put(advisory.id(), new Known(advisory, before == null ? at : before.first(), at));
            for (AdvisoryId alias : advisory.aliases()) {
                byAlias.computeIfAbsent(alias, id -> ConcurrentHashMap.newKeySet())
                        .add(advisory.id());
            }
        }
    }

    /** Those that have this name, and those that name it as an alias; withdrawn ones too. */
    public List<Known> find(AdvisoryId name) {
        Set<AdvisoryId> ids = new LinkedHashSet<>();
        ids.add(name);
        ids.addAll(byAlias.getOrDefault(name, Set.of()));
        List<Known> found = new ArrayList<>();
        for (AdvisoryId id : ids) {
            Known one = known.get(id);
            if (one != null && (id.equals(name) || one.advisory().aliases().contains(name))) {
                found.add(one);
            }
        }
        return found;
    }

    /** All by name. */
    public Collection<Known> all() {
        return Collections.unmodifiableCollection(known.values());
    }
}
