/**
 * The shared language of Cloister's processes: events, stream ids, positions and the identities in them. Knows nothing of
 * files, networks, clocks or random sources.
 */
@NullMarked
package org.cloister.events;

import org.jspecify.annotations.NullMarked;
