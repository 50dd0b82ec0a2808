package org.cloister.agent.service;

import java.util.List;
import org.cloister.events.HostEvent.ServiceResult;

/**
 * Where a service is in its life. Immutable. Times are milliseconds of a clock that never goes back; 0 is no time.
 *
 * @param step index of the command that runs, in a phase that runs several
 * @param token of the last process that was asked for; larger than all before
 * @param control the process that runs for the phase, or 0
 * @param main the main process, or 0
 * @param occupied whether there is any process of the service
 * @param sandbox whether there is a sandbox
 * @param result why it is down or going down
 * @param detail the same in words
 * @param end how the main process ended last
 * @param wanted whether it shall be up: nobody stopped it
 * @param restarts automatic starts since it was wanted
 * @param starts times of the last starts
 * @param deadline when the phase is over in any case
 * @param upSince when it came up
 * @param told what the service says of itself ({@code STATUS=}, sd_notify(3))
 */
public record ServiceState(
        Phase phase,
        int step,
        int token,
        long control,
        long main,
        boolean occupied,
        boolean sandbox,
        ServiceResult result,
        String detail,
        Exit end,
        boolean wanted,
        int restarts,
        List<Long> starts,
        long deadline,
        long upSince,
        String told) {
    /** What is going on. */
    public enum Phase {
        DOWN,
        /** The sandbox is being made. */
        OPENING,
        CONDITION,
        START_PRE,
        /** The program is started and isn't ready yet. */
        START,
        /** The program has gone into the background; who its main process is must be found out. */
        MAIN_PID,
        START_POST,
        UP,
        RELOAD,
        /** Up without a process. */
        EXITED,
        STOP,
        /** Its processes were told to end. */
        TERMINATE,
        /** Its processes are killed. */
        KILL,
        STOP_POST,
        /** The sandbox ends, with all that is left in it. */
        CLOSING,
        /** Until it is started again. */
        PAUSE,
        FAILED;

        /** Whether it does what it is for. */
        public boolean isUp() {
            return this == UP || this == RELOAD || this == EXITED;
        }

        /** Whether nothing of it is there, and nothing will be by itself. */
        public boolean isSettledDown() {
            return this == DOWN || this == FAILED;
        }

        /** Whether it will be up, if nothing goes wrong. */
        public boolean isStarting() {
            return this == OPENING
                    || this == CONDITION
                    || this == START_PRE
                    || this == START
                    || this == MAIN_PID
                    || this == START_POST
                    || this == PAUSE;
        }
    }

    public static final ServiceState NEW = new ServiceState(
            Phase.DOWN,
            0,
            0,
            0,
            0,
            false,
            false,
            ServiceResult.SUCCESS,
            "",
            Exit.ofCode(0),
            false,
            0,
            List.of(),
            0,
            0,
            "");

    public ServiceState {
        starts = List.copyOf(starts);
    }

    /**
     * A service that was up when an earlier agent last wrote down what it knew.
     *
     * @param main 0 where it isn't known, or there is none
     */
    public static ServiceState adopted(Phase phase, int token, long main, int restarts, long now) {
        return new ServiceState(
                phase,
                0,
                token,
                0,
                main,
                phase != Phase.EXITED,
                true,
                ServiceResult.SUCCESS,
                "",
                Exit.ofCode(0),
                true,
                restarts,
                List.of(now),
                0,
                now,
                "");
    }
}
