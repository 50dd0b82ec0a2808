package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.RootName;

/** What became of a request. */
public sealed interface Awaited {
    /** Carried out and durable. */
    record Done(List<RootName> roots, Digest generation, long milliseconds) implements Awaited {}

    /** Not carried out; the host is as it was before. */
    record Failed(List<RootName> roots, String step, String reason) implements Awaited {}

    /** No outcome in the time given; it may still come. {@code why} says what the agent is waiting for. */
    record Unknown(String why) implements Awaited {}
}
