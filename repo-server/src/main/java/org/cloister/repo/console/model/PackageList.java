package org.cloister.repo.console.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.view.CatalogEntry;
import org.jspecify.annotations.Nullable;

/**
 * A page of what is published.
 *
 * @param total names that there are
 * @param next the name after which the next page begins, or null
 */
public record PackageList(
        String text,
        @Nullable String after,
        int total,
        List<Row> rows,
        @Nullable PackageName next) {
    /** Packages of one page. */
    public static final int PAGE = 100;

    /** @param newest of its versions */
    public record Row(PackageName name, String synopsis, String newest, int versions, int yanked) {
        public static Row of(CatalogEntry entry) {
            var versions = entry.versions();
            return new Row(
                    entry.name(),
                    entry.synopsis(),
                    versions.isEmpty()
                            ? ""
                            : versions.get(0).event().id().version().text(),
                    versions.size(),
                    (int) versions.stream().filter(version -> version.yanked()).count());
        }
    }

    /** @param found one more than a page if there are others */
    public static PackageList of(String text, @Nullable String after, int total, List<CatalogEntry> found) {
        List<CatalogEntry> page = found.subList(0, Math.min(PAGE, found.size()));
        return new PackageList(
                text,
                after,
                total,
                page.stream().map(Row::of).toList(),
                found.size() > PAGE ? page.get(PAGE - 1).name() : null);
    }

    public String nextHref() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("q", text);
        parameters.put("after", next == null ? "" : next);
        return Links.query("/packages", parameters);
    }

    public String firstHref() {
        return Links.query("/packages", Map.of("q", text));
    }
}
