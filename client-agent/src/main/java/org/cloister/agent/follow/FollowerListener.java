package org.cloister.agent.follow;

import org.cloister.agent.image.HostImage;

/** Hears of what the follower did, on its thread; must not fail. */
public interface FollowerListener {
    /** The roots of {@code image} are what is mounted. */
    void switched(HostImage image);

    /** The grants of devices are those of {@code image}, which may be ahead of what is mounted. */
    void granted(HostImage image);

    /** A report was queued. */
    void reported();
}
