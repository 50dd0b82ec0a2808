package org.cloister.agent.state;

import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;

/**
 * What the agent knows about a service over its own end.
 *
 * @param enabled what was decided on this machine; null where nothing was
 * @param wish what people asked for last
 * @param boot of the machine (proc_sys_kernel(5), {@code boot_id}) in which the rest is true
 * @param phase of its state
 * @param token of the last process that was started
 * @param main process, or 0
 * @param heard up to which what its sandbox told is in this
 */
public record ServiceRow(
        RootName root,
        ServiceName name,
        @Nullable Boolean enabled,
        Wish wish,
        String boot,
        String phase,
        int token,
        long main,
        int restarts,
        long heard) {
    /** Of people. */
    public enum Wish {
        NONE,
        UP,
        DOWN
    }

    /** Nothing is known. */
    public static ServiceRow unknown(RootName root, ServiceName name) {
        return new ServiceRow(root, name, null, Wish.NONE, "", "DOWN", 0, 0, 0, 0);
    }

    public ServiceRow withWish(Wish other) {
        return new ServiceRow(root, name, enabled, other, boot, phase, token, main, restarts, heard);
    }

    public ServiceRow withEnabled(boolean decided) {
        return new ServiceRow(root, name, decided, wish, boot, phase, token, main, restarts, heard);
    }

    public ServiceRow withHeard(long number) {
        return new ServiceRow(root, name, enabled, wish, boot, phase, token, main, restarts, number);
    }
}
