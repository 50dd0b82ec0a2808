/** The repository's schema: migrations as resources, and tables that jOOQ generated from them. Knows nothing else. */
@NullMarked
package org.cloister.sql;

import org.jspecify.annotations.NullMarked;
