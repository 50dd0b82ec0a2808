/** The repository's main and its configuration: what is wired to what. */
@NullMarked
package org.cloister.repo;

import org.jspecify.annotations.NullMarked;
