/**
 * What a mirror's complete indexes list: an immutable value for each state, its difference to the next one, and both as events.
 * Knows no archive, no file and no log.
 */
@NullMarked
package org.cloister.repo.listing;

import org.jspecify.annotations.NullMarked;
