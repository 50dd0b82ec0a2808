package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/** What the kernel must forget: a name in the directory {@code local}, or with no name the node itself. */
public record Forget(long local, @Nullable String name) {}
