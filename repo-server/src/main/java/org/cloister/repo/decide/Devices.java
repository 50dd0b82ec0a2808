package org.cloister.repo.decide;

import java.util.Collections;
import java.util.List;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceCases;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The devices of a host and who may use which. A device is known while it is attached or granted. Immutable.
 *
 * @param grants of each device that is granted, by root
 */
public record Devices(PSortedMap<DeviceId, Known> known, PSortedMap<DeviceId, PSortedMap<RootName, Grant>> grants) {
    public static final Devices NONE = new Devices(TreePMap.empty(), TreePMap.empty());

    /**
     * A device as it was last seen.
     *
     * @param since when it was attached, or detached
     */
    public record Known(DeviceAttached device, boolean attached, Occurrence since) {}

    /** A root's grant. */
    public record Grant(DeviceGranted granted, Occurrence since) {}

    Devices on(Occurrence at, DeviceEvent event) {
        return event.match(new Step(at));
    }

    private final class Step implements DeviceCases<Devices> {
        private final Occurrence at;

        Step(Occurrence at) {
            this.at = at;
        }

        @Override
        public Devices on(DeviceAttached event) {
            return new Devices(known.plus(event.device(), new Known(event, true, at)), grants);
        }

        @Override
        public Devices on(DeviceDetached event) {
            Known before = known.get(event.device());
            return before == null
                    ? Devices.this
                    : new Devices(known.plus(event.device(), new Known(before.device(), false, at)), grants)
                            .withoutForgotten(event.device());
        }

        @Override
        public Devices on(DeviceGranted event) {
            return new Devices(
                    known, grants.plus(event.device(), of(event.device()).plus(event.root(), new Grant(event, at))));
        }

        @Override
        public Devices on(DeviceRefused event) {
            return Devices.this;
        }

        @Override
        public Devices on(DeviceReleased event) {
            PSortedMap<RootName, Grant> left = of(event.device()).minus(event.root());
            return new Devices(known, left.isEmpty() ? grants.minus(event.device()) : grants.plus(event.device(), left))
                    .withoutForgotten(event.device());
        }
    }

    private Devices withoutForgotten(DeviceId device) {
        Known last = known.get(device);
        return last == null || last.attached() || grants.containsKey(device)
                ? this
                : new Devices(known.minus(device), grants);
    }

    /** The grants of one device, by root. */
    public PSortedMap<RootName, Grant> of(DeviceId device) {
        return grants.getOrDefault(device, TreePMap.empty());
    }

    /** The devices that are granted to the root. */
    List<DeviceId> of(RootName root) {
        return grants.entrySet().stream()
                .filter(device -> device.getValue().containsKey(root))
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    boolean has(RootName root, DeviceId device) {
        return of(device).containsKey(root);
    }

    /** The first root that has the device, or null. */
    @Nullable
    RootName holder(DeviceId device) {
        PSortedMap<RootName, Grant> holders = of(device);
        return holders.isEmpty() ? null : Collections.min(holders.keySet());
    }

    int count() {
        return grants.values().stream().mapToInt(PSortedMap::size).sum();
    }
}
