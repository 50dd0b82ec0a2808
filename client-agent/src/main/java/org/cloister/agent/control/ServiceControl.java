package org.cloister.agent.control;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** The services of this machine's roots. Every method may be called from any thread. */
public interface ServiceControl {
    /** What can be asked of a service. */
    enum Operation {
        START,
        STOP,
        RESTART,
        RELOAD,
        ENABLE,
        DISABLE
    }

    /** The services of a root by name, and instances of templates that are known. @throws IOException if there is no such root */
    List<ServiceView> services(RootName root) throws IOException, InterruptedException;

    /**
     * Asks for it and waits until what was asked of each service is done or failed, at most {@code limit}.
     *
     * @return these services as they are then
     * @throws IOException if there is no such service, or it can't be asked for that; nothing is done then
     */
    List<ServiceView> change(RootName root, List<ServiceName> names, Operation operation, Duration limit)
            throws IOException, InterruptedException;

    /**
     * Moves the services of a root, into a guest or out of it: those that are up are started again there, all others when they start.
     *
     * @throws IOException if there is no such root
     */
    void isolate(RootName root, Isolation isolation) throws IOException, InterruptedException;

    /**
     * What a service said, each line with its time.
     *
     * @param lines at most so many, the newest
     */
    List<String> log(RootName root, ServiceName name, int lines) throws IOException;
}
