/**
 * What a package needs: an immutable index of what can be chosen, and the closure of a request in it by Debian's rules
 * (Policy chapters 5 and 7, deb-control(5), dpkg's multiarch rules). Pure: no clock, no randomness, no I/O; the same index and
 * request give the same closure. Knows no event log, no pool and no mirror.
 */
@NullMarked
package org.cloister.repo.resolve;

import org.jspecify.annotations.NullMarked;
