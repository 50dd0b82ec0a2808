package org.cloister.fuse.union;

/**
 * What the kernel remembers and must be told to forget, because something changed that it did not do itself. Called
 * without locks: the kernel may ask questions before it answers.
 */
public interface KernelCache {
    /** The name, whether it led to a node or to nothing. */
    void forgetName(long directory, String name);

    /** Attributes and content. */
    void forgetNode(long node);
}
