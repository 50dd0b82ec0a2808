package org.cloister.repo.decide;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.HostEvent.DriftEnded;
import org.cloister.events.HostEvent.DriftFound;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.InventoryVerdict;
import org.jspecify.annotations.Nullable;

/** Compares what a host says is on its disk with what its events tell. Pure. */
public record DriftDecider(HostState state, HostId host) {
    public InventoryVerdict verdict(Position asOf, Digest digest, boolean explained) {
        boolean changing = state.requests().values().stream().anyMatch(request -> !request.closed());
        if (changing || lastReport().isAfter(asOf)) {
            return InventoryVerdict.OUTDATED;
        }
        if (digest.equals(HostInventory.whole(state.reported()).digest())) {
            return InventoryVerdict.AGREES;
        }
        Drift known = state.drift();
        return explained || (known != null && known.found().inventory().equals(digest))
                ? InventoryVerdict.DIFFERS
                : InventoryVerdict.UNEXPLAINED;
    }

    /** What is recorded: that there is another drift than was known, or none any more. */
    public Decision<HostEvent> decide(Position asOf, Digest digest, @Nullable HostInventory inventory) {
        Refusal absence = HostDecider.absence(state, host);
        if (absence != null) {
            return new Decision.Refused<>(absence);
        }
        Drift known = state.drift();
        InventoryVerdict verdict = verdict(asOf, digest, inventory != null);
        if (verdict == InventoryVerdict.AGREES && known != null) {
            return Decision.accept(new DriftEnded(asOf));
        }
        boolean isNew = known == null || !known.found().inventory().equals(digest);
        return verdict == InventoryVerdict.DIFFERS && isNew && inventory != null
                ? Decision.accept(found(asOf, digest, inventory))
                : Decision.unchanged();
    }

    private DriftFound found(Position asOf, Digest digest, HostInventory inventory) {
        List<Difference> all = inventory.differences(state.reported());
        int named = Math.min(all.size(), DriftFound.MAX_DIFFERENCES);
        return new DriftFound(asOf, digest, all.subList(0, named), all.size() - named + inventory.more());
    }

    private Position lastReport() {
        return state.roots().keySet().stream()
                .map(state::installed)
                .filter(change -> change != null && change.answer() != null)
                .map(change -> change.answer().reported().position())
                .max(Position::compareTo)
                .orElse(Position.NONE);
    }
}
