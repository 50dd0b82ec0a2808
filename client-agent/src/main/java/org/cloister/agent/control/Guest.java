package org.cloister.agent.control;

import java.time.Instant;
import java.util.Locale;
import org.cloister.events.GuestId;
import org.cloister.events.RootName;

/**
 * A guest that runs on this machine.
 *
 * @param memory of the guest, in MiB
 * @param network {@code own} (of its root), {@code slirp} or {@code none}
 * @param command what it runs, shortened
 * @param state what it does
 */
public record Guest(
        GuestId id, RootName root, long pid, Instant since, int memory, String network, String command, State state) {
    /** Of a guest. */
    public enum State {
        BOOTING,
        /** Booted ahead, for a program that is to come. */
        WAITING,
        RUNNING;

        /** For people and scripts. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean running() {
        return state == State.RUNNING;
    }

    /**
     * What it uses now.
     *
     * @param total of the guest's memory, in KiB
     * @param available of that, in KiB
     * @param load of the guest's one processor in the last minute (proc(5), loadavg)
     * @param processes in the guest, its kernel's threads too
     * @param uptime in seconds
     * @param held of the host's memory by the guest's processes, in KiB; 0 where the host doesn't tell
     */
    public record Use(long total, long available, double load, int processes, long uptime, long held) {}
}
