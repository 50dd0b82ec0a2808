package org.cloister.agent.supervise;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.service.ServiceState;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.state.ServiceRow;
import org.cloister.events.HostEvent;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;

/** A service that the supervisor has to do with. Of its thread only. */
final class Supervised {
    final RootName root;
    final ServiceName name;
    ServiceUnit unit;
    /** The root when it was last started. */
    LinkedRoot linked;

    ServiceState state = ServiceState.NEW;
    ServiceRow row;
    /** As it is durable. */
    ServiceRow saved;
    /** The agent stops it, which nobody wished. */
    boolean agentEnds;

    @Nullable
    Sandbox sandbox;
    /** Of the sandbox that is meant: what an earlier one tells late is nobody's. Read by whoever makes one. */
    final AtomicInteger generation = new AtomicInteger();

    /** One sandbox at a time is made: two keepers would take each other's place, and one be nobody's. */
    final ReentrantLock making = new ReentrantLock();
    /** Reports that could not be made durable yet, oldest first. */
    final Deque<HostEvent> unsaved = new ArrayDeque<>();

    /** It is the first of its root: the root's {@code /run} is empty. */
    boolean prepares;

    long heard;
    /** Seconds since 1970 at which it came up; 0 while it isn't. */
    long upSince;
    /** It is to be started as soon as these are up, of which some are needed; null where it isn't. */
    @Nullable
    Waiting start;
    /** It is to be stopped as soon as these are down; null where it isn't. */
    @Nullable
    Waiting stop;

    /** Others that come first. @param why it is asked for */
    record Waiting(Set<ServiceName> others, String why, boolean again) {
        Waiting {
            others = new TreeSet<>(others);
        }
    }

    Supervised(RootName root, ServiceName name, ServiceUnit unit, LinkedRoot linked, ServiceRow row) {
        this.root = root;
        this.name = name;
        this.unit = unit;
        this.linked = linked;
        this.row = row;
        this.saved = row;
    }
}
