/**
 * What is on disk: manifests of the store, and the table that holds a root's writable layer. Must not know jnr or the
 * mount.
 */
@NullMarked
package org.cloister.fuse.state;

import org.jspecify.annotations.NullMarked;
