package org.cloister.fuse.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.cloister.fuse.tree.UnionWriter.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Only what a device layer has is ever a device below {@code dev}. */
class DeviceLayerTest {
    private static final Birth FILE = new Birth(Mode.FILE | 0644, 0, 0, 0, null);
    private static final Birth SOCKET = new Birth(Mode.SOCKET | 0666, 0, 0, 0, null);
    private static final Birth DIRECTORY = new Birth(Mode.DIRECTORY | 0755, 0, 0, 0, null);
    private static final Birth DISK = new Birth(Mode.BLOCK | 0666, 0, 0, 8L << 32, null);
    private static final long TOP = UnionTree.TOP;
    private static final Target[] FATES = Target.values();

    private final Numbers numbers = new Numbers();
    private UnionTree tree = UnionTree.fresh(LowerTree.stack(numbers, List.of(shipped(), devices())), Journal.NONE);
    private UnionWriter writer = new UnionWriter(tree);

    /** A package that ships a device and a link in the place of the directory. */
    private LowerLayer shipped() {
        LowerLayer.Builder layer = new LowerLayer.Builder(new LayerId(Digest.ofText("package")));
        layer.add("dev", entry(LowerEntry.Kind.LINK, 0, "elsewhere"));
        layer.add("elsewhere", entry(LowerEntry.Kind.DIRECTORY, 0, null));
        layer.add("elsewhere/sda", entry(LowerEntry.Kind.BLOCK, 8L << 32, null));
        return layer.build(numbers);
    }

    private LowerLayer devices(String... granted) {
        LowerLayer.Builder layer =
                new LowerLayer.Builder(new LayerId(Digest.ofText("devices " + String.join(" ", granted))));
        LowerEntry marked = new LowerEntry(
                LowerEntry.Kind.OPAQUE,
                0755,
                0,
                0,
                1,
                0,
                0,
                null,
                null,
                Attributes.of(Map.of(DeviceLayers.MARK, new byte[0])));
        layer.add(DeviceLayers.DIRECTORY, marked);
        layer.add("dev/null", entry(LowerEntry.Kind.CHARACTER, 1L << 32 | 3, null));
        layer.add("dev/shm", entry(LowerEntry.Kind.DIRECTORY, 0, null));
        for (String name : granted) {
            layer.add("dev/" + name, entry(LowerEntry.Kind.BLOCK, 11L << 32, null));
        }
        return layer.build(numbers);
    }

    private static LowerEntry entry(LowerEntry.Kind kind, long device, @Nullable String target) {
        return new LowerEntry(kind, 0755, 0, 0, 1, 0, device, target, null, Attributes.NONE);
    }

    private @Nullable Node find(String path) {
        Node here = tree.node(TOP);
        for (String name : path.split("/")) {
            if (here == null || !(tree.lookup(tree.local(here), name) instanceof Node next)) {
                return null;
            }
            here = next;
        }
        return here;
    }

    private long local(String path) {
        Node node = find(path);
        return node == null ? 0 : tree.local(node);
    }

    private List<Forget> grant(String... names) {
        LowerTree newer = LowerTree.stack(numbers, List.of(shipped(), devices(names)));
        UnionRebase rebase = new UnionRebase(tree, newer, new HashSet<>());
        assertThat(rebase.detach()).isEmpty();
        return rebase.apply();
    }

    private List<String> names(String directory) {
        Node node = find(directory);
        List<String> names = new ArrayList<>();
        if (node != null) {
            Directory listing = tree.list(node);
            for (int i = 0; i < listing.size(); i++) {
                names.add(listing.name(i));
            }
        }
        return names;
    }

    @Test
    void theDirectoryStandsInThePlaceOfWhatIsShippedThere() {
        assertThat(names("dev")).containsExactly("null", "shm");
        assertThat(find("elsewhere/sda")).isNotNull();
    }

    @Test
    void aGrantedDeviceAppearsAndGoesAndTheKernelForgetsTheName() {
        long directory = local("dev");
        assertThat(grant("sr0")).contains(new Forget(directory, "sr0"));
        assertThat(names("dev")).contains("sr0");
        assertThat(local("dev")).isEqualTo(directory);
        assertThat(grant()).contains(new Forget(directory, "sr0"));
        assertThat(names("dev")).containsExactly("null", "shm");
    }

    @Test
    void whatIsWrittenThereStaysThroughAGrantAndIsCoveredByTheDeviceOfItsName() {
        writer.create(local("dev"), "log", SOCKET, 1);
        writer.create(local("dev"), "sr0", FILE, 1);
        grant("sr0");
        assertThat(names("dev")).containsExactlyInAnyOrder("null", "shm", "sr0", "log");
        Node device = find("dev/sr0");
        assertThat(device).isNotNull();
        assertThat(device.isDevice()).isTrue();
        grant();
        Node file = find("dev/sr0");
        assertThat(file).isNotNull();
        assertThat(file.isFile()).isTrue();
    }

    @Test
    void noDeviceAndNoDirectoryCanBeMadeThere() {
        assertThat(writer.create(local("dev"), "sda", DISK, 1)).isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.create(local("dev/shm"), "sda", DISK, 1)).isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.create(local("dev"), "below", DIRECTORY, 1)).isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.link(local("elsewhere/sda"), local("dev"), "sda", 1)).isEqualTo(Status.NOT_PERMITTED);
        for (Target fate : FATES) {
            assertThat(writer.rename(local("elsewhere"), "sda", local("dev"), "null", fate, 1))
                    .isInstanceOf(Status.class)
                    .isNotEqualTo(Status.OK);
        }
    }

    @Test
    void aGrantedDeviceCanBeGivenNoOtherName() {
        grant("sr0");
        assertThat(writer.rename(local("dev"), "sr0", local("dev"), "kept", Target.REPLACED, 1))
                .isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.rename(local("dev"), "sr0", TOP, "kept", Target.REPLACED, 1))
                .isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.link(local("dev/sr0"), TOP, "kept", 1)).isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.unlink(local("dev"), "sr0", 1)).isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.rename(TOP, "dev", TOP, "kept", Target.REPLACED, 1)).isEqualTo(Status.NOT_PERMITTED);
        assertThat(writer.removeDirectory(local("dev"), "shm", 1)).isEqualTo(Status.NOT_PERMITTED);
    }

    @Test
    void aDeviceThatWasWrittenBeforeThereWasADeviceLayerIsNotShown() {
        tree = UnionTree.fresh(LowerTree.stack(numbers, List.of(plain())), Journal.NONE);
        writer = new UnionWriter(tree);
        writer.create(local("dev"), "sda", DISK, 1);
        writer.create(local("dev"), "below", DIRECTORY, 1);
        writer.create(local("dev/below"), "sdb", DISK, 1);
        long directory = local("dev");
        assertThat(stack(plain(), devices()))
                .as("the kernel may have seen them")
                .contains(new Forget(directory, "sda"), new Forget(directory, "below"));
        assertThat(names("dev")).containsExactly("null", "shm");
        assertThat(find("dev/sda")).isNull();
        assertThat(find("dev/below")).isNull();
        assertThat(writer.create(local("dev"), "sda", FILE, 1)).isEqualTo(Status.NOT_PERMITTED);
    }

    private LowerLayer plain(String... directories) {
        LowerLayer.Builder layer =
                new LowerLayer.Builder(new LayerId(Digest.ofText("plain " + String.join(" ", directories))));
        layer.add("dev", entry(LowerEntry.Kind.DIRECTORY, 0, null));
        for (String directory : directories) {
            layer.add(directory, entry(LowerEntry.Kind.DIRECTORY, 0, null));
        }
        return layer.build(numbers);
    }

    private List<Forget> stack(LowerLayer... layers) {
        UnionRebase rebase = new UnionRebase(tree, LowerTree.stack(numbers, List.of(layers)), new HashSet<>());
        rebase.detach();
        return rebase.apply();
    }

    @Test
    void whatWasWrittenInDirectoriesThatTheDeviceLayerHidesIsThereAgainWithoutIt() {
        tree = UnionTree.fresh(
                LowerTree.stack(numbers, List.of(plain("dev/below", "dev/below/a", "dev/below/b"))), Journal.NONE);
        writer = new UnionWriter(tree);
        writer.create(local("dev/below/a"), "one", FILE, 1);
        writer.create(local("dev/below/b"), "two", FILE, 1);
        stack(plain(), devices());
        assertThat(find("dev/below")).isNull();
        stack(plain());
        assertThat(find("dev/below/a/one")).isNotNull();
        assertThat(find("dev/below/b/two")).isNotNull();
    }

    @Test
    void aDirectoryThatWasMovedAwayAndBackCountsItsNamesOnce() {
        tree = UnionTree.fresh(LowerTree.stack(numbers, List.of(plain())), Journal.NONE);
        writer = new UnionWriter(tree);
        writer.rename(TOP, "dev", TOP, "away", Target.REPLACED, 1);
        writer.rename(TOP, "away", TOP, "dev", Target.REPLACED, 1);
        writer.create(local("dev"), "log", SOCKET, 1);
        stack(plain(), devices());
        Node log = find("dev/log");
        assertThat(log).isNotNull();
        assertThat(tree.links(log)).isOne();
    }

    /** Whatever programs and grants do in turn. */
    @Test
    void afterAnyChangesEveryDeviceBelowTheDirectoryIsOfTheDeviceLayer() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] places = {"", "dev", "dev/shm", "elsewhere", "a", "dev/a"};
        String[] names = {"a", "dev", "null", "shm", "sr0", "sda", "elsewhere"};
        Birth[] births = {FILE, SOCKET, DIRECTORY, DISK};
        Set<String> granted = Set.of();
        for (int i = 0; i < 5_000; i++) {
            String from = places[random.nextInt(places.length)];
            String to = places[random.nextInt(places.length)];
            String name = names[random.nextInt(names.length)];
            String other = names[random.nextInt(names.length)];
            long source = from.isEmpty() ? TOP : local(from);
            long destination = to.isEmpty() ? TOP : local(to);
            if (source == 0 || destination == 0) {
                continue;
            }
            switch (random.nextInt(6)) {
                case 0 -> writer.create(source, name, births[random.nextInt(births.length)], i);
                case 1 -> writer.unlink(source, name, i);
                case 2 -> writer.removeDirectory(source, name, i);
                case 3 -> {
                    Node moved = find(from.isEmpty() ? name : from + "/" + name);
                    boolean below = moved != null && moved.isDirectory() && (to + "/").startsWith(name + "/");
                    if (!below) {
                        writer.rename(source, name, destination, other, FATES[random.nextInt(2)], i);
                    }
                }
                case 4 -> {
                    Node linked = find(from.isEmpty() ? name : from + "/" + name);
                    if (linked != null) {
                        writer.link(tree.local(linked), destination, other, i);
                    }
                }
                default -> {
                    granted = random.nextBoolean() ? Set.of("sr0") : Set.of();
                    grant(granted.toArray(String[]::new));
                }
            }
            Set<String> devices = new HashSet<>();
            below("dev", devices);
            Set<String> wanted = new HashSet<>(Set.of("dev/null"));
            granted.forEach(device -> wanted.add("dev/" + device));
            assertThat(devices).as("seed %d, step %d", seed, i).isEqualTo(wanted);
        }
    }

    private void below(String directory, Set<String> devices) {
        for (String name : names(directory)) {
            String path = directory + "/" + name;
            Node node = find(path);
            if (node != null && node.isDevice()) {
                devices.add(path);
            } else if (node != null && node.isDirectory()) {
                below(path, devices);
            }
        }
    }
}
