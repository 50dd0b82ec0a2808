package org.cloister.repo.http;

import java.time.InstantSource;
import java.util.regex.Pattern;
import org.cloister.repo.audit.Moment;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.Projection;
import org.jspecify.annotations.Nullable;

/** States of distributions by what stands behind the {@code @} of their address. */
record AptMoments(Projection projection, InstantSource clock) {
    /** As apt writes it in {@code [snapshot=…]}. */
    private static final Pattern COMPACT =
            Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z");

    /** Null for what is no moment, for one that is to come, and for one before the distribution: none of them means anything yet. */
    @Nullable
    DistributionSnapshot find(DistributionHistory history, String text) {
        Moment moment;
        try {
            moment = Moment.parse(COMPACT.matcher(text).replaceFirst("$1-$2-$3T$4:$5:$6Z"));
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (moment instanceof Moment.After after) {
            return after.position().isAfter(projection.position()) ? null : history.at(after.position());
        }
        Moment.At at = (Moment.At) moment;
        return at.time().isAfter(clock.instant()) ? null : history.at(at.time());
    }
}
