/** Everything that is stored is hashed again from time to time: the log against what was signed, the pool against its names. */
@NullMarked
package org.cloister.repo.rehash;

import org.jspecify.annotations.NullMarked;
