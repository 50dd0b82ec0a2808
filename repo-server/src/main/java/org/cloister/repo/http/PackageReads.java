package org.cloister.repo.http;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.Digest;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** What is published. */
final class PackageReads {
    private static final int PAGE = 100;

    private final Views views;
    private final Workers workers;

    PackageReads(Views views, Workers workers) {
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("listPackages", this::list).on("getPackage", this::get);
    }

    private record VersionSummary(String version, String architecture, boolean yanked) {}

    private record Summary(String name, String synopsis, List<VersionSummary> versions) {}

    private record Page(List<Summary> packages, @Nullable String next) {}

    private void list(Exchange exchange) {
        String text = exchange.query("q");
        String after = exchange.query("after");
        int limit = (int) exchange.query("limit", PAGE);
        exchange.current(views, workers, () -> {
            List<CatalogEntry> found = views.catalog()
                    .search(text == null ? "" : text, after == null ? null : new PackageName(after), limit + 1);
            List<CatalogEntry> page = found.subList(0, Math.min(limit, found.size()));
            String next = found.size() > limit ? page.get(limit - 1).name().text() : null;
            return new Page(page.stream().map(PackageReads::summary).toList(), next);
        });
    }

    private static Summary summary(CatalogEntry entry) {
        return new Summary(
                entry.name().text(),
                entry.synopsis(),
                entry.versions().stream().map(PackageReads::versionSummary).toList());
    }

    private static VersionSummary versionSummary(Published version) {
        PackagePublished event = version.event();
        return new VersionSummary(
                event.id().version().text(), event.id().architecture().text(), version.yanked());
    }

    private record Version(
            String version,
            String architecture,
            Digest artifact,
            long artifactSize,
            LayerId layer,
            @Nullable String mirror,
            long position,
            Instant publishedAt,
            @Nullable String yanked,
            List<PublisherKeyId> signers,
            Map<String, String> fields) {}

    private record Package(String name, List<Version> versions) {}

    private void get(Exchange exchange) {
        PackageName name = new PackageName(exchange.path("name"));
        exchange.current(views, workers, () -> {
            CatalogEntry entry = views.catalog().find(name);
            if (entry == null) {
                throw RefusedException.of(
                        Rule.NOT_PUBLISHED,
                        "no package " + name + " is published",
                        "search for it: cloister search " + name);
            }
            return new Package(
                    name.text(),
                    entry.versions().stream().map(PackageReads::version).toList());
        });
    }

    private static Version version(Published version) {
        PackagePublished event = version.event();
        return new Version(
                event.id().version().text(),
                event.id().architecture().text(),
                event.artifact(),
                event.artifactSize(),
                event.layer(),
                event.mirror() == null ? null : event.mirror().text(),
                version.published().position().value(),
                version.published().at(),
                version.yankedFor(),
                version.signers().stream().sorted().toList(),
                fields(event));
    }

    private static Map<String, String> fields(PackagePublished event) {
        try {
            Paragraph paragraph = Paragraph.parse(event.control(), ControlLimits.PACKAGE);
            Map<String, String> fields = new LinkedHashMap<>();
            for (String field : paragraph.names()) {
                String value = paragraph.get(field);
                fields.put(field, value == null ? "" : value);
            }
            return fields;
        } catch (ControlSyntaxException e) {
            throw new IllegalStateException("a control paragraph that was imported: " + event.id(), e);
        }
    }
}
