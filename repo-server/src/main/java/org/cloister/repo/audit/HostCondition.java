package org.cloister.repo.audit;

import java.util.List;
import org.cloister.repo.decide.Drift;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a host's events tell about how it is; it changes with them only.
 *
 * @param roots that it shall have
 * @param open requests that it didn't report about wholly; none of a retired one
 * @param waitingSince the oldest of these, or null
 * @param failed roots whose newest request failed
 * @param damaged objects that are known to be damaged on it now
 * @param drifted places where its disk is known to differ from its events
 */
public record HostCondition(
        int roots, int open, @Nullable Occurrence waitingSince, int failed, int damaged, long drifted) {
    private static long drifted(@Nullable Drift drift) {
        return drift == null
                ? 0
                : drift.found().differences().size() + drift.found().more();
    }

    public static HostCondition of(HostState state) {
        List<HostRequest> open = state.retirement() != null
                ? List.of()
                : state.requests().values().stream()
                        .filter(request -> !request.closed())
                        .toList();
        int failed = (int) RootStatus.of(state).stream()
                .filter(status -> status.failure() != null)
                .count();
        return new HostCondition(
                state.present().size(),
                open.size(),
                open.isEmpty() ? null : open.get(0).asked(),
                failed,
                state.damaged().size(),
                drifted(state.drift()));
    }
}
