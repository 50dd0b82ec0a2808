package org.cloister.repo.command;

import org.cloister.events.CorrelationId;
import org.cloister.events.RequestId;

/**
 * What every command comes with.
 *
 * @param id the same id again carries nothing out and gets the first answer
 */
public record Request(Caller caller, RequestId id, CorrelationId correlation) {}
