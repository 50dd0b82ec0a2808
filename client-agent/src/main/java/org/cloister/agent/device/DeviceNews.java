package org.cloister.agent.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cloister.agent.image.DeviceBook;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.RootName;
import org.cloister.events.layer.Manifest;

/** What is attached, compared with what is on record. */
final class DeviceNews {
    private DeviceNews() {}

    /** What there is to report. */
    static List<HostEvent> of(DeviceBook recorded, List<HostDevice> present) {
        List<HostEvent> news = new ArrayList<>();
        Set<DeviceId> here = present.stream().map(HostDevice::id).collect(Collectors.toSet());
        for (DeviceId device : recorded.attached().keySet()) {
            if (!here.contains(device)) {
                news.add(new DeviceDetached(device));
            }
        }
        for (HostDevice device : present) {
            DeviceAttached attached = device.attached();
            if (!attached.equals(recorded.attached().get(device.id()))) {
                news.add(attached);
            }
        }
        return news;
    }

    /** What is there of what roots were granted; roots that have nothing of it are left out. */
    static SortedMap<RootName, List<HostDevice>> granted(DeviceBook recorded, List<HostDevice> present) {
        SortedMap<RootName, List<HostDevice>> granted = new TreeMap<>();
        recorded.grants().forEach((root, devices) -> {
            List<HostDevice> here = present.stream()
                    .filter(device -> devices.contains(device.id()))
                    .toList();
            if (!here.isEmpty()) {
                granted.put(root, here);
            }
        });
        return granted;
    }

    /** The device layers of the roots that have something. */
    static SortedMap<RootName, Manifest> layers(SortedMap<RootName, List<HostDevice>> granted) {
        SortedMap<RootName, Manifest> layers = new TreeMap<>();
        granted.forEach((root, devices) -> layers.put(root, DeviceTree.of(devices)));
        return layers;
    }
}
