package org.cloister.repo.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.RootHistory;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.retention.Reason.Why;
import org.jspecify.annotations.Nullable;

/** What hosts need: what they have, shall have, may fall back to, and can be rolled back to. */
record HostNeeds(Needs needs, Evidence.Contents contents, Map<ClosureId, LayerId> configured) {

    /** A retired host needs nothing. @param rollbacks earlier contents of each root */
    void need(HostId host, HostState state, int rollbacks) {
        if (state.retirement() != null) {
            return;
        }
        for (RootName root : state.roots().keySet()) {
            Reason has = new Reason(Why.HOST, "host " + host + " has or shall have it in " + root);
            Reason back = new Reason(Why.ROLLBACK, "host " + host + " can roll " + root + " back to it");
            need(state.history(root), rollbacks, has, back);
            need(state.installed(root), has);
        }
        for (HostRequest request : state.requests().values()) {
            if (!request.closed()) {
                Reason open = new Reason(
                        Why.HOST,
                        "host " + host + " may fall back from its request of "
                                + request.asked().position());
                request.before().values().forEach(before -> need(before, rollbacks, open, open));
                request.targets().values().forEach(target -> need(target, open));
            }
        }
    }

    /** All that is remembered of a host. */
    void needAll(HostState state, Reason reason) {
        state.roots().values().forEach(history -> needAll(history, reason));
        state.requests().values().forEach(request -> {
            request.targets().values().forEach(target -> need(target, reason));
            request.before().values().forEach(history -> needAll(history, reason));
        });
    }

    private void needAll(RootHistory history, Reason reason) {
        history.changes().forEach(change -> need(change, reason));
    }

    private void need(RootHistory history, int rollbacks, Reason has, Reason back) {
        List<RootTarget> undo = undo(history);
        RootTarget present = history.present();
        if (present != null) {
            need(history.last(), has);
        }
        int from = present == null ? 0 : 1;
        // What is gone can be rolled back to as well: that is its first step.
        for (int i = from; i < Math.min(undo.size(), from + rollbacks); i++) {
            need(undo.get(i), back);
        }
    }

    /** What the root was, the newest first, each once in a row, as a rollback counts. */
    private static List<RootTarget> undo(RootHistory history) {
        List<RootTarget> undo = new ArrayList<>();
        for (int i = history.changes().size() - 1; i >= 0; i--) {
            RootTarget target = history.changes().get(i).target();
            if (target != null && (undo.isEmpty() || !undo.get(undo.size() - 1).equals(target))) {
                undo.add(target);
            }
        }
        return undo;
    }

    private void need(@Nullable Change change, Reason reason) {
        if (change == null || change.target() == null) {
            return;
        }
        need(change.target(), reason);
        LayerId linked = change.answer() == null ? null : change.answer().configured();
        if (linked != null) {
            needs.need(linked, reason);
        }
    }

    private void need(RootTarget target, Reason reason) {
        Closure closure = target.closure();
        for (Closure.Member member : closure.packages()) {
            needs.need(member.artifact(), reason);
            needs.need(member.layer(), reason);
        }
        LayerId layer = configured.get(contents.idOf(closure));
        if (layer != null) {
            needs.need(layer, reason);
        }
    }
}
