/**
 * What outlives a daemon as long as its mount does: shared memory that the supervisor holds. A daemon that was killed at any
 * instruction leaves here what its successor needs to go on with the same mount. Survives the end of the process, not that of
 * the machine. Must not know what the words mean that others keep in it, nor jnr or the mount.
 */
@NullMarked
package org.cloister.fuse.session;

import org.jspecify.annotations.NullMarked;
