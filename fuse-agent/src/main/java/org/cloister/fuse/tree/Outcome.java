package org.cloister.fuse.tree;

/** What a question to the tree gives: a {@link Node}, or the {@link Status} that says why there is none. */
public sealed interface Outcome permits Node, Status {}
