/**
 * User-mode Linux guests: the command line of their runner, what a runner tells about its guest, and what becomes of it in the record. The guest itself
 * is the runner's ({@code bin/guest}). Knows no store, no feed and nothing of what is in a root.
 */
@NullMarked
package org.cloister.agent.guest;

import org.jspecify.annotations.NullMarked;
