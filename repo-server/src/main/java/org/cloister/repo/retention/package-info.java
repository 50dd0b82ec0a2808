/**
 * What of the pool is needed, by what the log says, and why. Pure: knows no file, network, database, clock or random source; what is
 * stored, what is in it and the time are arguments.
 */
@NullMarked
package org.cloister.repo.retention;

import org.jspecify.annotations.NullMarked;
