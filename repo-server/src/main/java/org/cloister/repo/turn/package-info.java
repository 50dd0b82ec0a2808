/** What one process at a time does of all that share a database. Knows neither the database nor what is done. */
@NullMarked
package org.cloister.repo.turn;

import org.jspecify.annotations.NullMarked;
