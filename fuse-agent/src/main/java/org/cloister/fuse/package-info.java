/** The process: what is wired to what, its configuration and its control socket. */
@NullMarked
package org.cloister.fuse;

import org.jspecify.annotations.NullMarked;
