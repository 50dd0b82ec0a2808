/** PostgreSQL: an embedded one, and a migrated, pooled database in any. Knows no events. */
@NullMarked
package org.cloister.repo.postgres;

import org.jspecify.annotations.NullMarked;
