package org.cloister.agent.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.agent.image.DeviceBook;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.RootName;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.Test;

class DeviceTreeTest {
    private static final HostDevice DRIVE = device("optical-1", DeviceKind.OPTICAL, true, "sr0", 11, 0);
    private static final HostDevice IMAGE = device("optical-0", DeviceKind.OPTICAL, true, "loop3", 7, 3);
    private static final HostDevice CARD = device("sound-1", DeviceKind.SOUND, false, "snd/controlC0", 116, 0);
    private static final RootName VLC = new RootName("vlc");

    private static HostDevice device(String id, DeviceKind kind, boolean block, String node, int major, int minor) {
        DeviceNode only = new DeviceNode(block, node, major, minor, 0660, 0, 24);
        return new HostDevice(new DeviceId(id), kind, "label", List.of(only));
    }

    /** A node's numbers, or where a link leads; empty where there is nothing. */
    private static String at(Manifest manifest, String path) {
        return manifest.entries().stream()
                .filter(entry -> entry.path().equals("dev/" + path))
                .map(ManifestEntry::argument)
                .findFirst()
                .orElse("");
    }

    @Test
    void withoutAGrantThereAreOnlyTheNodesThatReachNothing() {
        assertThat(DeviceTree.of(List.of()).entries().stream()
                        .filter(entry ->
                                entry.type() == EntryType.BLOCK_DEVICE || entry.type() == EntryType.CHARACTER_DEVICE)
                        .map(ManifestEntry::path))
                .containsExactly("dev/full", "dev/null", "dev/random", "dev/tty", "dev/urandom", "dev/zero");
    }

    @Test
    void anImageOfADiscHasTheNamesOfADrive() {
        Manifest tree = DeviceTree.of(List.of(IMAGE));
        assertThat(at(tree, "sr0")).isEqualTo("7:3");
        for (String name : List.of("cdrom", "cdrw", "dvd", "dvdrw", "scd0")) {
            assertThat(at(tree, name)).as(name).isEqualTo("sr0");
        }
    }

    @Test
    void theFirstOfTwoDrivesIsTheOneThatProgramsAssume() {
        Manifest tree = DeviceTree.of(List.of(IMAGE, DRIVE));
        assertThat(at(tree, "sr0")).isEqualTo("11:0");
        assertThat(at(tree, "cdrom")).isEqualTo("sr0");
        assertThat(at(tree, "sr1")).isEqualTo("7:3");
        assertThat(at(tree, "cdrom1")).isEqualTo("sr1");
        assertThat(DeviceTree.of(List.of(DRIVE, IMAGE))).isEqualTo(tree);
    }

    @Test
    void nodesBelowADirectoryBringIt() {
        assertThat(at(DeviceTree.of(List.of(CARD)), "snd/controlC0")).isEqualTo("116:0");
    }

    @Test
    void aRootHasTheGrantedDevicesThatAreAttachedAndOthersHaveNone() {
        DeviceBook book = book(List.of(), Map.of(VLC, List.of(DRIVE, CARD)));
        assertThat(DeviceNews.layers(DeviceNews.granted(book, List.of(DRIVE, IMAGE))))
                .containsExactly(Map.entry(VLC, DeviceTree.of(List.of(DRIVE))));
        assertThat(DeviceNews.layers(DeviceNews.granted(book, List.of(IMAGE)))).isEmpty();
    }

    @Test
    void newsAreWhatDiffersFromTheRecord() {
        DeviceBook book = book(List.of(DRIVE, CARD), Map.of());
        assertThat(DeviceNews.of(book, List.of(DRIVE, CARD))).isEmpty();
        assertThat(DeviceNews.of(book, List.of(DRIVE, IMAGE)))
                .containsExactly(new DeviceDetached(CARD.id()), IMAGE.attached());
        HostDevice renamed = device("optical-1", DeviceKind.OPTICAL, true, "sr1", 11, 1);
        assertThat(DeviceNews.of(book, List.of(renamed, CARD))).containsExactly(renamed.attached());
    }

    private static DeviceBook book(List<HostDevice> attached, Map<RootName, List<HostDevice>> granted) {
        SortedMap<DeviceId, DeviceAttached> present = new TreeMap<>();
        attached.forEach(device -> present.put(device.id(), device.attached()));
        SortedMap<RootName, SortedSet<DeviceId>> grants = new TreeMap<>();
        granted.forEach((root, devices) -> grants.put(
                root, new TreeSet<>(devices.stream().map(HostDevice::id).toList())));
        return new DeviceBook(present, grants);
    }
}
