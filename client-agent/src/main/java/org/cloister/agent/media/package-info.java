/**
 * What is on granted discs, sticks and images, mounted at {@code /media} of the root that has them, for programs that run already too. Knows
 * nothing of who may have what, nor what is attached.
 */
@NullMarked
package org.cloister.agent.media;

import org.jspecify.annotations.NullMarked;
