/**
 * Synchronizes mirrors: what is asked for, with its closure, is fetched from the upstream archives, imported into the pool and
 * handed to a {@link org.cloister.repo.mirror.Publisher}. It knows no HTTP surface and no database.
 */
@NullMarked
package org.cloister.repo.mirror;

import org.jspecify.annotations.NullMarked;
