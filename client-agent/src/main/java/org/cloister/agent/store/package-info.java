/**
 * Objects, layers and generations on disk, and how they get there from the repository. Knows no event, no database and no
 * file system but the store's own.
 */
@NullMarked
package org.cloister.agent.store;

import org.jspecify.annotations.NullMarked;
