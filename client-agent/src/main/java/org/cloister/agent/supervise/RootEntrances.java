package org.cloister.agent.supervise;

import java.nio.file.Path;
import org.cloister.events.RootName;

/** How sandboxes get into roots. */
public interface RootEntrances {
    Path enter(RootName root);

    /** Whether the root's network ends with the agent that made it. */
    boolean isNetworkTheAgents(RootName root);

    /** Waits a limited time until the root's network is as it shall be. */
    void awaitNetwork(RootName root) throws InterruptedException;
}
