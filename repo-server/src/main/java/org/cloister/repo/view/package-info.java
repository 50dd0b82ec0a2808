/**
 * What the log says now, in memory: fed from position 1 at the start and then as events are appended. Read from any thread.
 * Knows no HTTP, no SQL, and decides nothing.
 */
@NullMarked
package org.cloister.repo.view;

import org.jspecify.annotations.NullMarked;
