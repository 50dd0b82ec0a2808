/** Where a host's events come from: Kafka, or HTTP from the same position. Knows no meaning of an event and no state. */
@NullMarked
package org.cloister.agent.feed;

import org.jspecify.annotations.NullMarked;
