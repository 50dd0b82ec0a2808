package org.cloister.repo.console.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.repo.decide.Answer;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.HostsView.HostEntry;
import org.jspecify.annotations.Nullable;

/**
 * Which roots have a package, by what the hosts that aren't retired last reported. Hosts share one object for each closure, so each
 * closure is looked through once.
 */
public record PackageHolders(List<Held> all, Map<PackageId, Integer> hosts) {
    /**
     * A root that has it.
     *
     * @param requested whether the root is for this package
     */
    public record Held(HostId host, String name, RootName root, PackageId id, boolean requested, Change change) {
        /** When it came there: as the host reported, or as it was asked. */
        public Occurrence since() {
            Answer answer = change.answer();
            return answer == null ? change.asked() : answer.reported();
        }
    }

    public static PackageHolders of(PackageName name, Collection<HostEntry> entries) {
        IdentityHashMap<Closure, List<PackageId>> members = new IdentityHashMap<>();
        List<Held> all = new ArrayList<>();
        Map<PackageId, Set<HostId>> hosts = new HashMap<>();
        for (HostEntry entry : entries) {
            HostState state = entry.state();
            if (state.retirement() != null) {
                continue;
            }
            for (RootName root : state.roots().keySet()) {
                Change change = state.installed(root);
                RootTarget target = change == null ? null : change.target();
                if (change == null || target == null) {
                    continue;
                }
                for (PackageId id : members.computeIfAbsent(target.closure(), closure -> members(closure, name))) {
                    boolean requested = target.requested().equals(id);
                    all.add(new Held(entry.host(), HostsView.nameOf(entry), root, id, requested, change));
                    hosts.computeIfAbsent(id, some -> new HashSet<>()).add(entry.host());
                }
            }
        }
        Map<PackageId, Integer> counts = new HashMap<>();
        hosts.forEach((id, ofId) -> counts.put(id, ofId.size()));
        return new PackageHolders(all, counts);
    }

    private static List<PackageId> members(Closure closure, PackageName name) {
        return closure.packages().stream()
                .map(Closure.Member::id)
                .filter(id -> id.name().equals(name))
                .toList();
    }

    /** How many hosts have this version. */
    public int count(@Nullable PackageId id) {
        return hosts.getOrDefault(id, 0);
    }
}
