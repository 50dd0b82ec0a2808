package org.cloister.agent.image;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceCases;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.RootName;

/**
 * The devices of a host, as its events tell. Immutable.
 *
 * @param attached what is on record as attached
 * @param grants what each root was granted, attached or not
 */
public record DeviceBook(
        SortedMap<DeviceId, DeviceAttached> attached, SortedMap<RootName, SortedSet<DeviceId>> grants) {
    public static final DeviceBook EMPTY = new DeviceBook(new TreeMap<>(), new TreeMap<>());

    public DeviceBook {
        attached = Collections.unmodifiableSortedMap(attached);
        grants = Collections.unmodifiableSortedMap(grants);
    }

    DeviceBook on(DeviceEvent event) {
        return event.match(new Step());
    }

    private final class Step implements DeviceCases<DeviceBook> {
        @Override
        public DeviceBook on(DeviceAttached event) {
            SortedMap<DeviceId, DeviceAttached> more = new TreeMap<>(attached);
            more.put(event.device(), event);
            return new DeviceBook(more, grants);
        }

        @Override
        public DeviceBook on(DeviceDetached event) {
            SortedMap<DeviceId, DeviceAttached> fewer = new TreeMap<>(attached);
            fewer.remove(event.device());
            return new DeviceBook(fewer, grants);
        }

        @Override
        public DeviceBook on(DeviceGranted event) {
            SortedSet<DeviceId> devices = new TreeSet<>(of(event.root()));
            devices.add(event.device());
            return with(event.root(), devices);
        }

        @Override
        public DeviceBook on(DeviceRefused event) {
            return DeviceBook.this;
        }

        @Override
        public DeviceBook on(DeviceReleased event) {
            SortedSet<DeviceId> devices = new TreeSet<>(of(event.root()));
            devices.remove(event.device());
            return with(event.root(), devices);
        }
    }

    private DeviceBook with(RootName root, SortedSet<DeviceId> devices) {
        SortedMap<RootName, SortedSet<DeviceId>> all = new TreeMap<>(grants);
        if (devices.isEmpty()) {
            all.remove(root);
        } else {
            all.put(root, Collections.unmodifiableSortedSet(devices));
        }
        return new DeviceBook(attached, all);
    }

    /** What the root was granted. */
    public SortedSet<DeviceId> of(RootName root) {
        return grants.getOrDefault(root, Collections.emptySortedSet());
    }
}
