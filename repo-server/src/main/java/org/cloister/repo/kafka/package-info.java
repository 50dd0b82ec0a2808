/** Kafka: an embedded broker, and the relay that carries the log to the topics in order. PostgreSQL is the truth; nothing here decides. */
@NullMarked
package org.cloister.repo.kafka;

import org.jspecify.annotations.NullMarked;
