/**
 * The pure core of the union file system: what a root looks like when immutable layers are stacked and written to. It
 * knows nodes, names and rules; it must not know files, descriptors, clocks, threads, jnr or SQLite. Names are strings
 * whose chars are bytes (Latin-1), so that every name that the kernel can send survives. Nothing here is thread-safe
 * unless it says so: the caller holds the root's lock.
 */
@NullMarked
package org.cloister.fuse.tree;

import org.jspecify.annotations.NullMarked;
