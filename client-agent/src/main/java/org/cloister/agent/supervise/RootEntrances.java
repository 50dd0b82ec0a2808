package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;

/** How sandboxes get into roots. */
public interface RootEntrances {
    /**
     * What becomes the sandbox of a service: its words, and the options of prlimit(1) that its keeper has to set before.
     */
    record Way(List<String> command, List<String> limits) {
        public Way {
            command = List.copyOf(command);
            limits = List.copyOf(limits);
        }
    }

    /**
     * The way into the root, or into the guest that holds its services, which is booted where it isn't there.
     *
     * @param init the first process of the sandbox, to be run by the root's perl
     * @param limits options of prlimit(1) for all that it starts
     */
    Way way(RootName root, Path init, List<String> limits) throws IOException, InterruptedException;

    /** That of the root's services. */
    Isolation isolation(RootName root) throws IOException;

    /** Of what starts from now on; durable, and so is the report of it. */
    void isolate(RootName root, Isolation isolation) throws IOException;

    /** Whether the root's network ends with the agent that made it. */
    boolean isNetworkTheAgents(RootName root);

    /** Waits a limited time until the root's network is as it shall be. */
    void awaitNetwork(RootName root) throws InterruptedException;
}
