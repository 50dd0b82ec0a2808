package org.cloister.agent.state;

/**
 * A report on its way to the repository.
 *
 * @param sequence counts up by one for each report of this host, from 1
 * @param key names it at the repository, so that sending it twice records it once
 */
public record QueuedReport(long sequence, String key, String body) {}
