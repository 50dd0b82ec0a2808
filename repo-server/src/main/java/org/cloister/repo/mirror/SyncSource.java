package org.cloister.repo.mirror;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;

/**
 * One defined mirror, and how new what it served last was.
 *
 * @param lastDate the Date of the Release file of its last good synchronization
 */
public record SyncSource(MirrorDefined definition, Optional<Instant> lastDate) {
    /** For people. */
    static String words(List<SyncSource> sources) {
        return sources.stream()
                .map(source -> source.definition().suite() + " of "
                        + source.definition().url())
                .collect(Collectors.joining(", "));
    }

    /**
     * The suites that are synchronized together: {@code name} first, then the mirrors that are named after it, as {@code
     * debian-security} is after {@code debian}. Empty if {@code name} isn't defined.
     */
    public static List<SyncSource> family(MirrorName name, Collection<SyncSource> all) {
        List<SyncSource> family = new ArrayList<>();
        for (SyncSource source : all) {
            String other = source.definition().name().text();
            if (other.equals(name.text())) {
                family.add(0, source);
            } else if (other.startsWith(name.text() + "-")) {
                family.add(source);
            }
        }
        boolean defined = !family.isEmpty() && family.get(0).definition().name().equals(name);
        return defined ? List.copyOf(family) : List.of();
    }
}
