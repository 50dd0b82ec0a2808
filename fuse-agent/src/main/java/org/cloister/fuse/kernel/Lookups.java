package org.cloister.fuse.kernel;

import java.io.IOException;
import java.util.function.LongPredicate;
import org.cloister.fuse.session.KnownNodes;
import org.cloister.fuse.session.SessionMemory;

/**
 * How often each node was given to the kernel and not forgotten by it: who is not in here is not known to it. Striped, for all
 * threads; costs 16 to 64 bytes for each node that the kernel has in its cache.
 */
final class Lookups {
    private static final int STRIPES = 16;

    private final KnownNodes[] stripes = new KnownNodes[STRIPES];

    /** Goes on with what a predecessor counted. */
    Lookups(SessionMemory memory) throws IOException {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new KnownNodes(memory, i);
        }
    }

    private KnownNodes stripe(long node) {
        return stripes[(int) (node % STRIPES)];
    }

    /** Before the answer is sent: the kernel may forget at once. */
    void add(long node) {
        KnownNodes counts = stripe(node);
        synchronized (counts) {
            counts.add(node, 1);
        }
    }

    /** True when the kernel does not know {@code node} any more. */
    boolean forget(long node, long count) {
        KnownNodes counts = stripe(node);
        synchronized (counts) {
            return counts.add(node, -count) <= 0;
        }
    }

    boolean knowsAny(LongPredicate nodes) {
        for (KnownNodes counts : stripes) {
            synchronized (counts) {
                if (counts.anyKey(nodes)) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean knows(long node) {
        KnownNodes counts = stripe(node);
        synchronized (counts) {
            return counts.get(node) > 0;
        }
    }
}
