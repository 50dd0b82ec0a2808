package org.cloister.agent.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.DeviceKind;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/**
 * The device layer of a root ({@code docs/protocol.md}, "Device layers"): the nodes that every program may expect, and what the root was
 * granted under the names that programs assume. The private terminals and the console are bubblewrap's, to which links lead.
 */
final class DeviceTree {
    private static final String PRIVATE = "/run/cloister/dev/";
    private static final int EVERYBODY = 0666;
    private static final int DIRECTORY = 0755;
    private static final int SHARED = 01777;
    private static final int MEMORY = 1;
    /** "1", base64. */
    private static final String YES = "MQ==";

    /** What udev and older systems call an optical drive beside {@code srN}. */
    private static final List<String> OPTICAL_NAMES = List.of("cdrom", "cdrw", "dvd", "dvdrw");

    private final Map<String, ManifestEntry> entries = new TreeMap<>();

    private DeviceTree() {
        put(new ManifestEntry(
                EntryType.OPAQUE_DIRECTORY,
                DeviceLayers.DIRECTORY,
                DIRECTORY,
                0,
                0,
                FileTime.EPOCH,
                0,
                "",
                Map.of(DeviceLayers.MARK, YES)));
        node(new DeviceNode(false, "null", MEMORY, 3, EVERYBODY, 0, 0));
        node(new DeviceNode(false, "zero", MEMORY, 5, EVERYBODY, 0, 0));
        node(new DeviceNode(false, "full", MEMORY, 7, EVERYBODY, 0, 0));
        node(new DeviceNode(false, "random", MEMORY, 8, EVERYBODY, 0, 0));
        node(new DeviceNode(false, "urandom", MEMORY, 9, EVERYBODY, 0, 0));
        node(new DeviceNode(false, "tty", 5, 0, EVERYBODY, 0, 0));
        put(ManifestEntry.directory("dev/shm", SHARED, 0, 0, FileTime.EPOCH));
        link("fd", "/proc/self/fd");
        link("stdin", "/proc/self/fd/0");
        link("stdout", "/proc/self/fd/1");
        link("stderr", "/proc/self/fd/2");
        link("core", "/proc/kcore");
        link("pts", PRIVATE + "pts");
        link("ptmx", PRIVATE + "ptmx");
        link("console", PRIVATE + "console");
    }

    /** With no devices, what every root has. The same devices give the same bytes, in whatever order. */
    static Manifest of(List<HostDevice> granted) {
        DeviceTree tree = new DeviceTree();
        List<HostDevice> sorted = new ArrayList<>(granted);
        // Drives before images, so that these take names that are left.
        sorted.sort(
                Comparator.comparing((HostDevice device) -> !isDrive(device)).thenComparing(HostDevice::id));
        int opticals = 0;
        for (HostDevice device : sorted) {
            if (device.kind() == DeviceKind.OPTICAL) {
                tree.optical(device, opticals++);
            } else {
                device.nodes().forEach(tree::node);
            }
        }
        return Manifest.of(tree.entries.values());
    }

    private static boolean isDrive(HostDevice device) {
        return device.nodes().get(0).path().matches("sr[0-9]+");
    }

    private void optical(HostDevice device, int number) {
        DeviceNode drive = device.nodes().get(0);
        String name = drive.path();
        if (!isDrive(device)) {
            int free = 0;
            while (entries.containsKey("dev/sr" + free)) {
                free++;
            }
            name = "sr" + free;
        }
        node(drive.at(name));
        device.nodes().subList(1, device.nodes().size()).forEach(this::node);
        link("scd" + name.substring("sr".length()), name);
        String suffix = number == 0 ? "" : Integer.toString(number);
        String target = name;
        OPTICAL_NAMES.forEach(other -> link(other + suffix, target));
    }

    private void node(DeviceNode node) {
        String path = "dev/" + node.path();
        for (int slash = path.indexOf('/', "dev/".length()); slash > 0; slash = path.indexOf('/', slash + 1)) {
            put(ManifestEntry.directory(path.substring(0, slash), DIRECTORY, 0, 0, FileTime.EPOCH));
        }
        put(new ManifestEntry(
                node.block() ? EntryType.BLOCK_DEVICE : EntryType.CHARACTER_DEVICE,
                path,
                node.mode(),
                node.uid(),
                node.gid(),
                FileTime.EPOCH,
                0,
                node.major() + ":" + node.minor(),
                Map.of()));
    }

    private void link(String name, String target) {
        put(ManifestEntry.symlink("dev/" + name, 0, 0, FileTime.EPOCH, target));
    }

    /** The first of a name keeps it. */
    private void put(ManifestEntry entry) {
        entries.putIfAbsent(entry.path(), entry);
    }
}
