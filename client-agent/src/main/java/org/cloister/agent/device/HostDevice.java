package org.cloister.agent.device;

import java.util.List;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent.DeviceAttached;

/**
 * A device that is attached to this machine.
 *
 * @param label what it calls itself
 * @param nodes all that a program needs to use it, the one that it is known by first
 */
public record HostDevice(DeviceId id, DeviceKind kind, String label, List<DeviceNode> nodes) {
    public HostDevice {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a device without nodes: " + id);
        }
    }

    DeviceAttached attached() {
        return new DeviceAttached(id, kind, label, nodes.get(0).path());
    }
}
