/**
 * The jnr-fuse mount: libfuse2's low-level session, served by Java threads, and the host's files as descriptors. Translates
 * between C structures and {@link org.cloister.fuse.union}; decides nothing. Only this package and
 * {@link org.cloister.fuse.kernel} know jnr and errno.
 */
@NullMarked
package org.cloister.fuse.mount;

import org.jspecify.annotations.NullMarked;
