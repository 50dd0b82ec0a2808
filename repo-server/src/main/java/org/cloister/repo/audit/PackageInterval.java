package org.cloister.repo.audit;

import java.time.Instant;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.Nullable;

/**
 * A host had a version of a package in a root, as it reported itself: from one report to another.
 *
 * @param id the version, asked for or come along with what was asked for
 * @param requested what the root was for at the beginning
 * @param by who asked for what brought it
 * @param request the position of that
 * @param until null if it lasted at the time of the question
 * @param ending null if it lasted at the time of the question
 */
public record PackageInterval(
        HostId host,
        RootName root,
        PackageId id,
        PackageId requested,
        Principal by,
        Position request,
        Mark from,
        @Nullable Mark until,
        @Nullable Ending ending) {
    /** An event and when it was recorded. */
    public record Mark(Position position, Instant at) {}

    /** Asked for itself, not only come along. */
    public boolean direct() {
        return id.equals(requested);
    }

    /** Whether {@code next} goes on with the same version in the same root without a gap. */
    boolean continuesIn(PackageInterval next) {
        return ending == Ending.REPLACED
                && until != null
                && until.position().equals(next.from.position())
                && host.equals(next.host)
                && root.equals(next.root)
                && id.equals(next.id);
    }
}
