package org.cloister.repo.audit;

import java.time.Instant;
import java.util.List;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.view.Catalog;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.HostsView.HostEntry;
import org.jspecify.annotations.Nullable;

/**
 * How far a host is from what it shall be, and from what is published.
 *
 * @param retired when and why nobody hears of it any more, or null
 * @param lastReport when it last reported what became of a request, or null
 * @param open requests that it has not answered
 * @param waitingSince the oldest of these, or null
 * @param damaged objects that are known to be damaged on it now
 * @param outdated roots whose package has a newer version that can be chosen
 */
public record HostCondition(
        HostId host,
        @Nullable Occurrence retired,
        @Nullable Instant lastReport,
        int open,
        @Nullable Occurrence waitingSince,
        int damaged,
        List<Outdated> outdated) {
    public HostCondition {
        outdated = List.copyOf(outdated);
    }

    /** A root with something older than what is published. */
    public record Outdated(RootName root, PackageId installed, DebianVersion newest) {}

    /** Asks for nothing that isn't in memory. */
    public static HostCondition of(HostEntry entry, Catalog catalog) {
        HostState state = entry.state();
        List<HostRequest> open = state.retirement() != null
                ? List.of()
                : state.requests().values().stream()
                        .filter(request -> !request.closed())
                        .toList();
        return new HostCondition(
                entry.host(),
                state.retirement() == null ? null : entry.last(),
                entry.lastReportAt(),
                open.size(),
                open.isEmpty() ? null : open.get(0).asked(),
                state.damaged().size(),
                state.retirement() != null ? List.of() : outdated(state, catalog));
    }

    private static List<Outdated> outdated(HostState state, Catalog catalog) {
        return state.roots().keySet().stream()
                .map(root -> outdated(state, root, catalog))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    private static @Nullable Outdated outdated(HostState state, RootName root, Catalog catalog) {
        Change installed = state.installed(root);
        if (installed == null || installed.target() == null) {
            return null;
        }
        PackageId id = installed.target().requested();
        CatalogEntry entry = catalog.find(id.name());
        DebianVersion newest = entry == null
                ? null
                : entry.state().versions().values().stream()
                        .filter(version -> !version.yanked())
                        .map(Published::event)
                        .map(event -> event.id())
                        .filter(other -> other.architecture().equals(id.architecture()))
                        .map(PackageId::version)
                        .max(DebianVersion::compareTo)
                        .orElse(null);
        return newest != null && newest.compareTo(id.version()) > 0 ? new Outdated(root, id, newest) : null;
    }
}
