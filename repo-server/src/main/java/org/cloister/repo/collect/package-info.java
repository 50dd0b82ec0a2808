/**
 * What the log needs no longer goes from the pool: {@code retention} says what that is, {@code pool} takes it away, and this room brings
 * both together and records what went. It knows nothing of HTTP.
 */
@NullMarked
package org.cloister.repo.collect;

import org.jspecify.annotations.NullMarked;
