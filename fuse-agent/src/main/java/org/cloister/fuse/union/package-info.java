/**
 * All roots of one mount as operations on node numbers: locks, open files, copy-up, switching generations. Knows the pure
 * tree and the {@link org.cloister.fuse.union.Backing} port; must not know jnr, FUSE structures, errno or SQLite, so that
 * another mount protocol can stand on it.
 */
@NullMarked
package org.cloister.fuse.union;

import org.jspecify.annotations.NullMarked;
