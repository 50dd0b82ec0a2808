package org.cloister.repo.console.model;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * The fleet overview.
 *
 * @param counts hosts by health, of all
 * @param wanted the health that is looked for, or null
 * @param rows of the page, the worst first
 * @param pages how many there are
 */
public record Fleet(
        Map<Health, Integer> counts,
        int total,
        int found,
        String text,
        @Nullable Health wanted,
        List<HostRow> rows,
        int page,
        int pages,
        Position head) {
    /** Hosts of one page. */
    public static final int PAGE = 100;

    private static final Comparator<HostRow> WORST_FIRST =
            Comparator.comparing(HostRow::health).thenComparing(HostRow::name).thenComparing(HostRow::id);

    /** @param page from 1; one that doesn't exist is the last */
    public static Fleet of(List<HostRow> all, String text, @Nullable Health wanted, int page, Position head) {
        Map<Health, Integer> counts = new EnumMap<>(Health.class);
        all.forEach(row -> counts.merge(row.health(), 1, Integer::sum));
        String lowerCase = text.strip().toLowerCase(Locale.ROOT);
        List<HostRow> found = all.stream()
                .filter(row -> wanted == null || row.health() == wanted)
                .filter(row -> lowerCase.isEmpty() || row.matches(lowerCase))
                .sorted(WORST_FIRST)
                .toList();
        int pages = Math.max(1, (found.size() + PAGE - 1) / PAGE);
        int shown = Math.max(1, Math.min(page, pages));
        return new Fleet(
                counts,
                all.size(),
                found.size(),
                text,
                wanted,
                found.subList((shown - 1) * PAGE, Math.min(found.size(), shown * PAGE)),
                shown,
                pages,
                head);
    }

    public int count(Health health) {
        return counts.getOrDefault(health, 0);
    }

    /** This list with another choice. */
    public String href(@Nullable Health health, int page) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("q", text);
        parameters.put("health", health == null ? "" : health.word());
        parameters.put("page", page == 1 ? "" : page);
        return Links.query("/", parameters);
    }
}
