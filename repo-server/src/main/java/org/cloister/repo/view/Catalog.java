package org.cloister.repo.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.RecordedEvent;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.PackageState;
import org.jspecify.annotations.Nullable;

/** Everything that was ever published, by name. */
public final class Catalog implements View {
    private final ConcurrentNavigableMap<PackageName, CatalogEntry> entries = new ConcurrentSkipListMap<>();
    private final List<PublicationListener> listeners = new ArrayList<>();

    /** Told of what can be chosen, on the projection's thread. */
    public interface PublicationListener {
        void available(PackagePublished version);

        void withdrawn(PackagePublished version);
    }

    /** Before the projection starts. */
    public void listen(PublicationListener listener) {
        listeners.add(listener);
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof PackageEvent change) {
            PackageName name = change.match(PackageEventName.NAME);
            CatalogEntry before = entries.get(name);
            PackageState state = before == null ? PackageState.EMPTY : before.state();
            entries.put(name, new CatalogEntry(name, state.evolve(Occurrence.of(recorded), change)));
            listeners.forEach(listener -> Availability.tell(state, change, listener));
        }
    }

    /** Null if nothing was ever published under this name. */
    public @Nullable CatalogEntry find(PackageName name) {
        return entries.get(name);
    }

    /** How many names there are. */
    public int size() {
        return entries.size();
    }

    /**
     * Packages whose name or synopsis contains {@code text} (without regard to case), by name. Looks through all of them.
     *
     * @param after the last name of the page before, or null
     */
    public List<CatalogEntry> search(String text, @Nullable PackageName after, int limit) {
        String wanted = text.toLowerCase(Locale.ROOT);
        List<CatalogEntry> found = new ArrayList<>();
        for (CatalogEntry entry : (after == null ? entries : entries.tailMap(after, false)).values()) {
            if (found.size() >= limit) {
                break;
            }
            if (wanted.isEmpty() || entry.matches(wanted)) {
                found.add(entry);
            }
        }
        return found;
    }
}
