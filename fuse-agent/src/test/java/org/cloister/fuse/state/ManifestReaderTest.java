package org.cloister.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.tree.Directory;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.LowerLayer;
import org.cloister.fuse.tree.LowerNode;
import org.cloister.fuse.tree.LowerTree;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.tree.UnionTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon shows of a manifest is what {@link Manifest} says of it. */
class ManifestReaderTest {
    private static final String HEADER = "cloister-manifest 1\n";
    private static final String HEX = Digest.ofText("content").hex();
    private static final LayerId ID = new LayerId(Digest.ofText("layer"));

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Lines that say everything about each path that a root of this one layer shows. */
    private static Map<String, String> shown(LowerLayer layer, Numbers numbers) {
        UnionTree tree = UnionTree.fresh(LowerTree.stack(numbers, List.of(layer)), Journal.NONE);
        Map<String, String> lines = new TreeMap<>();
        Node top = tree.node(UnionTree.TOP);
        collect(tree, top == null ? List.of() : List.of(top), "", lines);
        return lines;
    }

    private static void collect(UnionTree tree, List<Node> directories, String above, Map<String, String> lines) {
        for (Node directory : directories) {
            Directory listing = tree.list(directory);
            for (int i = 0; i < listing.size(); i++) {
                Node node = tree.node(listing.local(i));
                assertThat(node).isInstanceOf(LowerNode.class);
                String path = above + listing.name(i);
                lines.put(path, line((LowerNode) node, tree.links(node), listing.local(i) - 256));
                assertThat(tree.lookup(tree.local(directory), listing.name(i))).isSameAs(node);
                if (node.isDirectory()) {
                    collect(tree, List.of(node), path + "/", lines);
                }
            }
        }
    }

    private static String line(LowerNode node, int links, long index) {
        StringBuilder attributes = new StringBuilder();
        node.attributes()
                .names()
                .forEach(name -> attributes
                        .append(name)
                        .append('=')
                        .append(Base64.getEncoder()
                                .encodeToString(node.attributes().get(name))));
        return String.join(
                " ",
                Integer.toOctalString(node.mode()),
                node.uid() + ":" + node.gid(),
                String.valueOf(node.mtime()),
                String.valueOf(node.size()),
                String.valueOf(node.device()),
                String.valueOf(node.target()),
                String.valueOf(node.object()),
                node.isDirectory() ? "directory" : String.valueOf(links),
                String.valueOf(index),
                attributes);
    }

    /** The same of the manifest itself; whiteouts are not shown. */
    private static Map<String, String> said(Manifest manifest) {
        Map<String, String> lines = new TreeMap<>();
        Map<String, Integer> names = new TreeMap<>();
        manifest.entries()
                .forEach(entry -> names.merge(
                        entry.type() == EntryType.HARD_LINK ? entry.argument() : entry.path(), 1, Integer::sum));
        int index = 0;
        Map<String, String> first = new TreeMap<>();
        for (ManifestEntry entry : manifest.entries()) {
            if (entry.type() != EntryType.HARD_LINK) {
                first.put(entry.path(), line(entry, names.getOrDefault(entry.path(), 0), index++));
            }
        }
        for (ManifestEntry entry : manifest.entries()) {
            String inode = entry.type() == EntryType.HARD_LINK ? entry.argument() : entry.path();
            if (entry.type() != EntryType.WHITEOUT) {
                lines.put(bytes(entry.path()), first.getOrDefault(inode, "nothing"));
            }
        }
        return lines;
    }

    private static String line(ManifestEntry entry, int links, int index) {
        int type = switch (entry.type()) {
            case DIRECTORY, OPAQUE_DIRECTORY -> 0040000;
            case FILE -> 0100000;
            case SYMLINK -> 0120000;
            case CHARACTER_DEVICE -> 0020000;
            case BLOCK_DEVICE -> 0060000;
            case FIFO -> 0010000;
            case HARD_LINK, WHITEOUT -> 0;
        };
        boolean device = entry.type() == EntryType.CHARACTER_DEVICE || entry.type() == EntryType.BLOCK_DEVICE;
        String[] numbers = device ? entry.argument().split(":") : new String[] {"0", "0"};
        boolean symlink = entry.type() == EntryType.SYMLINK;
        StringBuilder attributes = new StringBuilder();
        new TreeMap<>(entry.xattrs())
                .forEach((name, value) -> attributes.append(name).append('=').append(value));
        return String.join(
                " ",
                Integer.toOctalString(type | entry.mode()),
                entry.uid() + ":" + entry.gid(),
                String.valueOf(
                        entry.mtime().seconds() * 1_000_000_000L + entry.mtime().nanos()),
                String.valueOf(symlink ? bytes(entry.argument()).length() : entry.size()),
                String.valueOf(Long.parseLong(numbers[0]) << 32 | Long.parseLong(numbers[1])),
                symlink ? bytes(entry.argument()) : "null",
                entry.type() == EntryType.FILE ? entry.object().toString() : "null",
                entry.type().isDirectory() ? "directory" : String.valueOf(links),
                String.valueOf(index),
                attributes);
    }

    private static Manifest random(Random random) {
        String[] words = {"a", "a-b", "a.b", "ä", "x y", "100%", "=", "zz", "\u65e5\u672c", "b", "ab", "-"};
        Map<String, ManifestEntry> entries = new TreeMap<>();
        List<String> directories = new ArrayList<>(List.of(""));
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            String parent = directories.get(random.nextInt(directories.size()));
            String path = (parent.isEmpty() ? "" : parent + "/") + words[random.nextInt(words.length)];
            if (entries.containsKey(path)) {
                continue;
            }
            entries.put(path, entry(random, path, files));
            if (entries.get(path).type().isDirectory()) {
                directories.add(path);
            } else if (entries.get(path).type() != EntryType.WHITEOUT
                    && entries.get(path).type() != EntryType.HARD_LINK) {
                files.add(path);
            }
        }
        return Manifest.of(entries.values());
    }

    private static ManifestEntry entry(Random random, String path, List<String> files) {
        FileTime time = new FileTime(random.nextInt(2_000_000_000) - 100_000_000L, random.nextInt(1_000_000_000));
        Map<String, String> xattrs =
                random.nextInt(5) > 0 ? Map.of() : Map.of("user.=x y", "AAEC", "security.capability", "/w==");
        int mode = random.nextInt(010000);
        int uid = random.nextInt(3) * 1000;
        int gid = random.nextInt(3) * (Integer.MAX_VALUE / 2);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new ManifestEntry(EntryType.DIRECTORY, path, mode, uid, gid, time, 0, "", xattrs);
            case 3 -> ManifestEntry.symlink(path, uid, gid, time, random.nextBoolean() ? "../ü %" : "-");
            case 4 -> new ManifestEntry(EntryType.BLOCK_DEVICE, path, mode, uid, gid, time, 0, "8:99999999", xattrs);
            case 5 -> new ManifestEntry(EntryType.FIFO, path, mode, uid, gid, time, 0, "", xattrs);
            case 6 ->
                files.isEmpty()
                        ? new ManifestEntry(EntryType.CHARACTER_DEVICE, path, mode, uid, gid, time, 0, "1:3", xattrs)
                        : ManifestEntry.hardLink(path, files.get(random.nextInt(files.size())));
            case 7 -> ManifestEntry.whiteout(path);
            default ->
                new ManifestEntry(
                        EntryType.FILE,
                        path,
                        mode,
                        uid,
                        gid,
                        time,
                        random.nextLong() >>> 1,
                        Digest.ofText(path).hex(),
                        xattrs);
        };
    }

    @Test
    void aRootShowsWhatItsManifestSays() {
        for (int seed = 0; seed < 200; seed++) {
            Manifest manifest = random(new Random(seed));
            Numbers numbers = new Numbers();
            LowerLayer layer =
                    ManifestReader.read(ID, manifest.canonicalBytes()).build(numbers);
            assertThat(shown(layer, numbers)).as("seed %d", seed).isEqualTo(said(manifest));
        }
    }

    private static void refused(String lines) {
        assertThatThrownBy(() -> ManifestReader.read(ID, lines.getBytes(StandardCharsets.UTF_8))
                        .build(new Numbers()))
                .as(lines)
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String file(String path) {
        return "f\t644\t0\t0\t1.000000000\t7\t" + path + "\t" + HEX + "\n";
    }

    @Test
    void whatIsNoManifestIsRefusedAndSaysSo() {
        refused("");
        refused("cloister-manifest 2\n");
        refused(HEADER + "\n");
        refused(HEADER + "f\n");
        refused(HEADER + file("a").trim());
        refused(HEADER + file("a") + file("a"));
        refused(HEADER + file("b") + file("a"));
        refused(HEADER + file("a/b"));
        refused(HEADER + file("a") + file("a/b"));
        refused(HEADER + file("/a"));
        refused(HEADER + file(".."));
        refused(HEADER + file("a%0"));
        refused(HEADER + file("a%00"));
        refused(HEADER + file("a").replace(HEX, HEX.substring(1)));
        refused(HEADER + file("a").replace("644", "10000"));
        refused(HEADER + file("a").replace("644", "8"));
        refused(HEADER + file("a").replace("1.0", "1.00"));
        refused(HEADER + file("a").replace("\t7\t", "\t99999999999999999999\t"));
        refused(HEADER + file("a").replaceFirst("f", "x"));
        refused(HEADER + file("a").replaceFirst("f", "d"));
        refused(HEADER + "h\t0\t0\t0\t0.000000000\t0\ta\tb\n");
        refused(HEADER + "d\t755\t0\t0\t0.000000000\t0\ta\t-\n" + "h\t0\t0\t0\t0.000000000\t0\tb\ta\n");
        refused(HEADER + "c\t644\t0\t0\t0.000000000\t0\ta\t1-3\n");
    }

    @Test
    void cutAnywhereItIsRefusedAndReadsNothingBehindItsEnd() {
        byte[] whole = random(new Random(1)).canonicalBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            if (length < HEADER.length() || whole[length - 1] != '\n') {
                assertThatThrownBy(() -> ManifestReader.read(ID, cut)).isInstanceOf(IllegalArgumentException.class);
            }
            if (length > HEADER.length()) {
                cut[length - 1] = '\n';
                try {
                    ManifestReader.read(ID, cut).build(new Numbers());
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageNotContaining("Index");
                }
            }
        }
    }

    @Test
    void aLayerThatIsExpectedAndDamagedIsToldWhenItIsLoadedAndOthersAreNot(@TempDir Path state) throws IOException {
        StoreFixture store = new StoreFixture(state);
        LayerId one = store.layer(Manifest.of(List.of(ManifestEntry.whiteout("a"))));
        LayerId two = store.layer(Manifest.of(List.of(ManifestEntry.whiteout("b"))));
        LayerId gone = new LayerId(Digest.ofText("gone"));
        ManifestLayers layers = new ManifestLayers(state, new Numbers());
        layers.expect(Set.of(one, two, gone));
        assertThatThrownBy(() -> layers.load(gone))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not in the store");
        assertThat(layers.load(one).id()).isEqualTo(one);
        assertThat(layers.load(two)).isSameAs(layers.load(two));
    }
}
