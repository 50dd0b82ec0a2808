/**
 * Damage to shipped content: what is known of it, and the slow look for what is not known yet. Knows no native code, no mount
 * and no root.
 */
@NullMarked
package org.cloister.fuse.integrity;

import org.jspecify.annotations.NullMarked;
