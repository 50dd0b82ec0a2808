package org.cloister.agent.store;

import java.util.List;
import org.cloister.events.Digest;

/** How fetching layers ended. */
public sealed interface Fetched {
    /** All of them and their objects are in the store, durable. */
    record Complete(int layers, int objects, long bytes) implements Fetched {}

    /** The repository doesn't have these, or not as their digests say; asking again won't help. */
    record Unavailable(List<Digest> digests, String reason) implements Fetched {}
}
