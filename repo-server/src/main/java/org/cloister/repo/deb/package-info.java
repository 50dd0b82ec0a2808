/**
 * Takes a Debian package apart (deb(5), deb-control(5), POSIX.1-2001 pax) into objects and a layer, or refuses it. Whatever the
 * bytes are, the outcome is a value. It knows the pool, and nothing of events, HTTP or mirrors.
 */
@NullMarked
package org.cloister.repo.deb;

import org.jspecify.annotations.NullMarked;
