package org.cloister.agent.service;

import java.util.List;

/** What a service's life is driven by. */
public sealed interface Input {
    /** Somebody wants it up. Its conditions are met. */
    record Start() implements Input {}

    /** Somebody wants it down. @param reason in words */
    record Stop(String reason) implements Input {}

    /** Somebody wants it down and then up. */
    record Restart() implements Input {}

    /** It shall read its configuration again. */
    record Reload() implements Input {}

    /** What it needs could not be started. */
    record Refused(String reason) implements Input {}

    /** It is left as it is, because a condition isn't met. */
    record Skipped(String reason) implements Input {}

    /** The sandbox takes commands. */
    record Opened() implements Input {}

    record Started(int token, long pid) implements Input {}

    record StartFailed(int token, String reason) implements Input {}

    record Exited(long pid, Exit exit) implements Input {}

    /** No process is left. */
    record Emptied() implements Input {}

    /** A datagram to the notification socket (sd_notify(3)). */
    record Notified(String text) implements Input {}

    /** The processes that there are. */
    record Processes(List<RunningProcess> all) implements Input {
        public Processes {
            all = List.copyOf(all);
        }
    }

    /** What the PID file says; 0 if it says nothing (yet), or names no process of the service. */
    record PidFile(long pid) implements Input {}

    /** The sandbox is gone, and every process in it. */
    record Gone(String detail) implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}

    /** A process of the service. */
    record RunningProcess(long pid, long parent) {}
}
