/**
 * The hardware of this machine: what sysfs says is there, images of discs that stand for some, and the device layers in which roots see what
 * they were granted. Knows nothing of who may have what: that is the repository's to decide.
 */
@NullMarked
package org.cloister.agent.device;

import org.jspecify.annotations.NullMarked;
