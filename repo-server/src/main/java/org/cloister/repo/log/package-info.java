/** The event log: the port that everything appends to and reads from, its one writer, its Merkle tree. Knows no HTTP and no Kafka. */
@NullMarked
package org.cloister.repo.log;

import org.jspecify.annotations.NullMarked;
