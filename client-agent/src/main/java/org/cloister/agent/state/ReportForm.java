package org.cloister.agent.state;

/** Makes a report of its sequence number, inside the transaction that assigns the number. */
@FunctionalInterface
public interface ReportForm {
    QueuedReport at(long sequence);
}
