package org.cloister.agent.service;

import org.cloister.events.HostEvent.ServiceResult;

/** What is to be done for a service. */
public sealed interface Action {
    /** Make the sandbox; answered with {@link Input.Opened} or {@link Input.Gone}. */
    record Open() implements Action {}

    /**
     * Start a process; answered with {@link Input.Started} or {@link Input.StartFailed}.
     *
     * @param main the main process, for the environment; 0 if there is none
     * @param ended how the main process ended, where {@code afterEnd}
     */
    record Spawn(int token, ExecCommand command, Role role, long main, ServiceResult result, Exit ended)
            implements Action {}

    /** What a process is started for. */
    enum Role {
        CONDITION,
        START_PRE,
        START,
        START_POST,
        RELOAD,
        STOP,
        STOP_POST;

        /** Whether the service's end is known to it (systemd.exec(5), {@code $SERVICE_RESULT}). */
        public boolean isAfterEnd() {
            return this == STOP || this == STOP_POST;
        }
    }

    /** To one process. */
    record SignalOne(Signal signal, long pid) implements Action {}

    /** To all processes of the service. */
    record SignalAll(Signal signal) implements Action {}

    /** Tell when this process ends, which the sandbox didn't start itself. */
    record Watch(long pid) implements Action {}

    /** Look into the PID file; answered with {@link Input.PidFile}. */
    record ReadPidFile() implements Action {}

    /** Answered with {@link Input.Processes}. */
    record ListProcesses() implements Action {}

    /** Remove the PID file and the directories that go with the service. */
    record RemoveFiles() implements Action {}

    /** End the sandbox; answered with {@link Input.Gone}. */
    record Close() implements Action {}

    /** It is up: an event. */
    record TellStarted(int restarts) implements Action {}

    /** It is down: an event. */
    record TellExited(ServiceResult result, String detail, boolean again) implements Action {}
}
