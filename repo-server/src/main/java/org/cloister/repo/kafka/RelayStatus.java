package org.cloister.repo.kafka;

import java.util.Optional;
import org.cloister.events.Position;

/**
 * How the relay is doing.
 *
 * @param epoch the present one; 0 until the relay knows where the topics end, and cursor and lag mean nothing then
 * @param cursor everything up to here is in Kafka
 * @param lag events that are not, yet
 * @param trouble what keeps it from going on, for people; empty if nothing
 */
public record RelayStatus(long epoch, Position cursor, long lag, Optional<String> trouble) {}
