package org.cloister.agent.state;

import org.cloister.events.Position;

/**
 * Up to where everything is carried out and durable.
 *
 * @param epoch of the log that the position is of
 * @param feedHint where the feed was, in a form that only it reads; may be empty or stale
 * @param image the image at the position, as text
 */
public record SavedCheckpoint(String epoch, Position position, String feedHint, String image) {}
