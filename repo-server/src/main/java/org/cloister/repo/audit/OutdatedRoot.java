package org.cloister.repo.audit;

import java.util.List;
import java.util.Objects;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.Version;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.view.Catalog;
import org.cloister.repo.view.CatalogEntry;
import org.jspecify.annotations.Nullable;

/** A root whose package has a newer version that can be chosen. */
public record OutdatedRoot(RootName root, PackageId installed, Version newest) {
    /** Those of a host, none if it is retired. Asks for nothing that isn't in memory. */
    public static List<OutdatedRoot> of(HostState state, Catalog catalog) {
        return state.retirement() != null
                ? List.of()
                : state.roots().keySet().stream()
                        .map(root -> of(state, root, catalog))
                        .filter(Objects::nonNull)
                        .toList();
    }

    private static @Nullable OutdatedRoot of(HostState state, RootName root, Catalog catalog) {
        Change installed = state.installed(root);
        if (installed == null || installed.target() == null) {
            return null;
        }
        PackageId id = installed.target().requested();
        CatalogEntry entry = catalog.find(id.name());
        Version newest = entry == null ? null : entry.newest(id.architecture());
        return newest != null && newest.compareTo(id.version()) > 0 ? new OutdatedRoot(root, id, newest) : null;
    }
}
