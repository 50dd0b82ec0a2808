package org.cloister.repo.console.model;

import java.time.Duration;
import java.time.Instant;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootStatus;
import org.cloister.repo.view.HostsView.HostEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a host's events tell about how it is; the same for ever, unlike its {@link Health}, which time changes too.
 *
 * @param roots that it shall have
 * @param pending requests that it didn't report about wholly
 * @param oldest of these, or null
 * @param failed roots whose newest request failed
 * @param damaged objects that are known to be damaged
 */
public record HostCondition(
        int roots, int pending, @Nullable Occurrence oldest, int failed, int damaged) {
    /** What an agent that is there carries out; more than nearly every installation takes. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    public static HostCondition of(HostState state) {
        int pending = 0;
        Occurrence oldest = null;
        for (HostRequest request : state.requests().values()) {
            if (!request.closed()) {
                oldest = oldest == null ? request.asked() : oldest;
                pending++;
            }
        }
        int failed = (int) RootStatus.of(state).stream()
                .filter(status -> status.failure() != null)
                .count();
        return new HostCondition(
                state.present().size(), pending, oldest, failed, state.damaged().size());
    }

    public Health health(HostEntry entry, Instant now) {
        if (entry.state().retirement() != null) {
            return Health.RETIRED;
        }
        if (damaged > 0) {
            return Health.DAMAGED;
        }
        if (failed > 0) {
            return Health.FAILED;
        }
        if (oldest != null) {
            return oldest.at().plus(PATIENCE).isBefore(now) ? Health.BEHIND : Health.WORKING;
        }
        return entry.lastReportAt() == null ? Health.NEW : Health.HEALTHY;
    }
}
