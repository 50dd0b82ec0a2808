package org.cloister.agent.supervise;

import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** A service of a root. */
record ServiceKey(RootName root, ServiceName name) implements Comparable<ServiceKey> {
    @Override
    public int compareTo(ServiceKey other) {
        int byRoot = root.compareTo(other.root);
        return byRoot != 0 ? byRoot : name.compareTo(other.name);
    }
}
