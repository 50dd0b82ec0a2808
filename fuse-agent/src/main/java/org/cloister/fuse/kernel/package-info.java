/**
 * The kernel's FUSE protocol (linux/fuse.h, major 7), spoken on {@code /dev/fuse} without libfuse: requests are checked whole when
 * they arrive, answers are built in place, nothing is remembered of an open file. Translates between C structures and
 * {@link org.cloister.fuse.union}; decides nothing. Shares the host's files and errno values with
 * {@link org.cloister.fuse.mount}.
 */
@NullMarked
package org.cloister.fuse.kernel;

import org.jspecify.annotations.NullMarked;
