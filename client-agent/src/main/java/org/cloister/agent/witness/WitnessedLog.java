package org.cloister.agent.witness;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a log shows to anybody. */
public interface WitnessedLog {
    /** Changes when the log was restored from a backup, and says so. */
    String epoch() throws IOException, InterruptedException;

    /** The verifier key, as text. */
    String key() throws IOException, InterruptedException;

    /** The signed note. */
    String checkpoint() throws IOException, InterruptedException;

    /** The signed note of its time stamp, or empty if it answers without one. Asked only where there is a trust root. */
    Optional<String> timeStamp() throws IOException, InterruptedException;

    List<byte[]> consistency(long from, long to) throws IOException, InterruptedException;

    /** The trust root of that version with its signatures, or empty if there is none. */
    Optional<String> root(int version) throws IOException, InterruptedException;
}
