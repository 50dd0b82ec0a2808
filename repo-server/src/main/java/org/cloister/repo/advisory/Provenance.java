package org.cloister.repo.advisory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.view.Catalog;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.MirrorsView;
import org.jspecify.annotations.Nullable;

/** What published versions were built from, and which release they are of. Remembers what it has read. Thread-safe. */
public final class Provenance {
    private final Catalog catalog;
    private final MirrorsView mirrors;
    private final Map<PackageId, SourceVersion> sources = new ConcurrentHashMap<>();

    public Provenance(Catalog catalog, MirrorsView mirrors) {
        this.catalog = catalog;
        this.mirrors = mirrors;
    }

    /** By the control paragraph as it was published. */
    public SourceVersion source(PackageId id) {
        SourceVersion known = sources.get(id);
        if (known != null) {
            return known;
        }
        Published published = published(id);
        SourceVersion read =
                SourceVersion.of(id, published == null ? "" : published.event().control());
        if (published != null) {
            sources.put(id, read);
        }
        return read;
    }

    /** By the suite of the mirror that it came from; empty for an upload, and where the suite's name tells none. */
    public String release(PackageId id) {
        Published published = published(id);
        MirrorName mirror = published == null ? null : published.event().mirror();
        MirrorState state = mirror == null ? null : mirrors.find(mirror);
        return state == null || state.definition() == null
                ? ""
                : Releases.ofSuite(state.definition().suite());
    }

    private @Nullable Published published(PackageId id) {
        CatalogEntry entry = catalog.find(id.name());
        return entry == null ? null : entry.state().version(id);
    }
}
