package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Answer.Result;
import org.cloister.repo.decide.HostRequest.Kind;
import org.cloister.repo.decide.RootHistory.Change;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with one root.
 *
 * @param target what is (or for REQUESTED is to be, for FAILED should have been) in the root
 * @param asked the request that it comes from
 * @param answer what was reported about that, or null
 * @param installed what the host last reported to have in the root: the packages that are really there; or null
 * @param failure why the newest request for this root failed, or null if it didn't
 */
public record RootStatus(
        RootName root,
        State state,
        RootTarget target,
        Occurrence asked,
        @Nullable Answer answer,
        @Nullable Change installed,
        @Nullable String failure) {
    /** Where it stands. */
    public enum State {
        /** Not reported yet. */
        REQUESTED,
        /** As the host reported. */
        INSTALLED,
        /** The host shall not have it, and could not get it. */
        FAILED,
        /** The host shall not have it any more, and didn't report that it is gone. */
        REMOVING
    }

    /** All roots of a host that it has, shall have or failed to get, by name. */
    public static List<RootStatus> of(HostState state) {
        List<RootStatus> all = new ArrayList<>();
        for (RootName root : state.roots().keySet()) {
            RootStatus status = of(state, root);
            if (status != null) {
                all.add(status);
            }
        }
        return all;
    }

    private static @Nullable RootStatus of(HostState state, RootName root) {
        Change wanted = state.history(root).last();
        Change installed = state.installed(root);
        HostRequest latest = state.latestRequest(root);
        Answer answer = latest == null ? null : latest.answers().get(root);
        Answer failed = answer != null && answer.result() == Result.FAILED ? answer : null;
        String failure = failed == null ? null : failed.reason();
        if (wanted != null && wanted.target() != null) {
            State now = wanted.answer() == null ? State.REQUESTED : State.INSTALLED;
            return new RootStatus(root, now, wanted.target(), wanted.asked(), wanted.answer(), installed, failure);
        }
        if (installed != null && installed.target() != null) {
            return new RootStatus(
                    root,
                    State.REMOVING,
                    installed.target(),
                    wanted == null ? installed.asked() : wanted.asked(),
                    null,
                    installed,
                    failure);
        }
        RootTarget missed = latest == null || latest.kind() == Kind.REMOVAL
                ? null
                : latest.targets().get(root);
        return failed == null || latest == null || missed == null
                ? null
                : new RootStatus(root, State.FAILED, missed, latest.asked(), failed, null, failure);
    }
}
