package org.cloister.fuse.kernel;

import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.Stat;

/** One worker's memory: the request that it serves and the answer that it gives. Used again for every request. */
final class Exchange {
    final Request request;
    final Answer answer;
    final Stat stat = new Stat();
    final Stat other = new Stat();
    private final Lookups lookups;

    Exchange(Request request, Answer answer, Lookups lookups) {
        this.request = request;
        this.answer = answer;
        this.lookups = lookups;
    }

    /** The node of {@link #stat}, which the kernel knows once more from now on; or why there is none. */
    void entry(Status status) {
        if (status != Status.OK) {
            answer.status(status);
            return;
        }
        lookups.add(stat.node);
        if (!answer.entry(stat)) {
            lookups.forget(stat.node, 1);
        }
    }

    /** As {@link #entry}, and opened. */
    void created(Status status) {
        if (status != Status.OK) {
            answer.status(status);
            return;
        }
        lookups.add(stat.node);
        if (!answer.created(stat)) {
            lookups.forget(stat.node, 1);
        }
    }
}
