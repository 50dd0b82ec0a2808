package org.cloister.fuse.union;

import java.util.function.LongPredicate;

/**
 * What the kernel remembers and must be told to forget, because something changed that it did not do itself. Called
 * without locks: the kernel may ask questions before it answers.
 */
public interface KernelCache {
    /** The name, whether it led to a node or to nothing. */
    void forgetName(long directory, String name);

    /** Attributes and content. */
    void forgetNode(long node);

    /** Whether the kernel may ask for {@code node} again without looking up a name. */
    boolean knows(long node);

    /** Whether that is so for any of {@code nodes}. Takes as long as the kernel knows nodes. */
    boolean knowsAny(LongPredicate nodes);
}
