package org.cloister.repo.upstream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a verified Release file may be used now: the rules by which an old, once good state isn't replayed to us. */
final class Freshness {
    /** apt's limit for clocks that differ. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(10);

    private Freshness() {}

    /**
     * @param lastDate the Date of the newest Release file of this mirror that was accepted before
     * @param maxAge beyond which a Date counts as that of a frozen archive, whatever its Valid-Until
     * @throws UpstreamException {@code EXPIRED}, {@code FROM_THE_FUTURE}, {@code ROLLED_BACK} or, for another suite's file,
     *     {@code MALFORMED}
     */
    static void check(Release release, String suite, Instant now, Optional<Instant> lastDate, Optional<Duration> maxAge)
            throws UpstreamException {
        if (!suite.equals(release.suite()) && !suite.equals(release.codename())) {
            throw new UpstreamException(
                    UpstreamException.Problem.MALFORMED,
                    "InRelease is that of " + release.suite() + " (" + release.codename() + "), not of " + suite);
        }
        if (release.date().isAfter(now.plus(CLOCK_DIFFERENCE))) {
            throw new UpstreamException(
                    UpstreamException.Problem.FROM_THE_FUTURE,
                    "InRelease is dated " + release.date() + ", but it is " + now + "; check this machine's clock");
        }
        Instant until = release.validUntil().orElse(Instant.MAX);
        if (until.isBefore(now)) {
            throw new UpstreamException(
                    UpstreamException.Problem.EXPIRED,
                    "InRelease of " + release.date() + " was valid until " + until + ", it is " + now
                            + "; the archive is no longer updated, or somebody keeps it from being seen");
        }
        if (maxAge.isPresent() && release.date().plus(maxAge.get()).isBefore(now)) {
            throw new UpstreamException(
                    UpstreamException.Problem.EXPIRED,
                    "InRelease is dated " + release.date() + ", more than the "
                            + maxAge.get().toDays()
                            + " days of the mirror's definition before " + now
                            + "; the archive is no longer updated, or somebody keeps it from being seen");
        }
        if (lastDate.isPresent() && release.date().isBefore(lastDate.get())) {
            throw new UpstreamException(
                    UpstreamException.Problem.ROLLED_BACK,
                    "InRelease is dated " + release.date() + ", but one of " + lastDate.get()
                            + " was seen before; somebody serves an old state");
        }
    }
}
