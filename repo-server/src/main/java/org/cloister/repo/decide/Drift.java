package org.cloister.repo.decide;

import org.cloister.events.HostEvent.DriftFound;

/**
 * How a host's disk differs from what its events tell.
 *
 * @param since when it was first found to differ in any way
 */
public record Drift(Occurrence since, DriftFound found) {}
