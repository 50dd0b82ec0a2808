package org.cloister.fuse.kernel;

import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Stat;
import org.cloister.fuse.union.UnionContent;

/** One worker's memory: the request that it serves and the answer that it gives. Used again for every request. */
final class Exchange {
    final Request request;
    final Answer answer;
    final Stat stat = new Stat();
    final Stat other = new Stat();
    private final Lookups lookups;
    private final UnionContent content;

    Exchange(Request request, Answer answer, Lookups lookups, UnionContent content) {
        this.content = content;
        this.request = request;
        this.answer = answer;
        this.lookups = lookups;
    }

    /** Blocks that the file of {@link #stat} takes: as many as its size says, unless it has holes. */
    private long blocks() {
        if (!stat.sparse) {
            return EntryLayout.blocks(stat.size);
        }
        try {
            return content.blocks(stat.node);
        } catch (BackingFailure failure) {
            return EntryLayout.blocks(stat.size);
        }
    }

    /** Attributes of {@link #stat}, or why there are none. */
    void attributes(Status status) {
        if (status == Status.OK) {
            answer.attributes(stat, blocks());
        } else {
            answer.status(status);
        }
    }

    /** The node of {@link #stat}, which the kernel knows once more from now on; or why there is none. */
    void entry(Status status) {
        if (status != Status.OK) {
            answer.status(status);
            return;
        }
        lookups.add(stat.node);
        if (!answer.entry(stat, blocks())) {
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
        if (!answer.created(stat, blocks())) {
            lookups.forget(stat.node, 1);
        }
    }
}
