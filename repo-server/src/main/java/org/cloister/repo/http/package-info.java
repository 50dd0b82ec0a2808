/**
 * The repository's HTTP surface: who asks, whether the request has the described form, what comes back. It decides nothing; what
 * it needs from the rest of the repository comes through interfaces. Knows no SQL and no Kafka.
 */
@NullMarked
package org.cloister.repo.http;

import org.jspecify.annotations.NullMarked;
