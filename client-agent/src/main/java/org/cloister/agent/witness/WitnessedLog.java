package org.cloister.agent.witness;

import java.io.IOException;
import java.util.List;

/** What a log shows to anybody. */
public interface WitnessedLog {
    /** Changes when the log was restored from a backup, and says so. */
    String epoch() throws IOException, InterruptedException;

    /** The verifier key, as text. */
    String key() throws IOException, InterruptedException;

    /** The signed note. */
    String checkpoint() throws IOException, InterruptedException;

    List<byte[]> consistency(long from, long to) throws IOException, InterruptedException;
}
