package org.cloister.fuse.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.Contents;
import org.cloister.fuse.fixture.DescriptorContents;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.FileTree;
import org.cloister.fuse.fixture.NoKernel;
import org.cloister.fuse.integrity.DamageLog;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.tree.Directory;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.cloister.fuse.tree.UnionWriter.Target;
import org.cloister.fuse.union.Backing;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.GenerationSwitch;
import org.cloister.fuse.union.NodeId;
import org.cloister.fuse.union.Ownership;
import org.cloister.fuse.union.Stat;
import org.cloister.fuse.union.Succession;
import org.cloister.fuse.union.Union;
import org.cloister.fuse.union.UnionReader;

/** One root of the union without a mount: what the kernel would do with paths is done here. */
final class MemoryTree implements FileTree {
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int EINVAL = 22;
    private static final int EISDIR = 21;
    private static final int ENOTEMPTY = 39;
    private static final int ELOOP = 40;

    private final Union union;
    private final Contents contents;
    private final GenerationSwitch generations;
    private final String root;
    private final Stat stat = new Stat();

    /** Contents in memory: nothing but names and attributes outlives this object. */
    static MemoryTree inMemory(Path state, FakeBacking backing) {
        return new MemoryTree(state, "x", backing, backing);
    }

    /** Contents in files, as the daemon keeps them. */
    static MemoryTree onDisk(Path state) {
        Native host = Native.load();
        return new MemoryTree(
                state,
                "x",
                new NativeBacking(state, host, new ObjectCheck(host, new DamageLog())),
                new DescriptorContents());
    }

    private MemoryTree(Path state, String root, Backing backing, Contents contents) {
        this.contents = contents;
        this.union = Union.over(backing, new Ownership.Recorded(), Clock.systemUTC());
        this.root = root;
        this.generations = union.generations(
                new ManifestLayers(state, union.numbers()), new WritableTables(state), new NoKernel(), Succession.NONE);
    }

    GenerationSwitch generations() {
        return generations;
    }

    Union union() {
        return union;
    }

    void show(Generation generation) throws IOException {
        generations.apply(generation);
    }

    /** Negative errno, or the node. */
    private long find(String path) {
        union.reader().lookup(NodeId.MOUNT, root, stat);
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            if ((stat.mode & Mode.TYPE) == Mode.LINK) {
                return -ENOENT;
            }
            Status status = union.reader().lookup(stat.node, name, stat);
            if (status != Status.OK) {
                return -Errno.of(status);
            }
        }
        return stat.node;
    }

    /** As {@link #find}, for what must be a directory. */
    private long directory(String path) {
        long node = find(path);
        if (node < 0 || (stat.mode & Mode.TYPE) == Mode.DIRECTORY) {
            return node;
        }
        return (stat.mode & Mode.TYPE) == Mode.LINK ? -ENOENT : -ENOTDIR;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private interface Change {
        Status on(long node);
    }

    private int inParent(String path, Change change) {
        long parent = directory(parent(path));
        return parent < 0 ? (int) -parent : Errno.of(change.on(parent));
    }

    @Override
    public int makeDirectory(String path, int mode) {
        return inParent(path, p -> create(p, path, Mode.DIRECTORY | mode, null));
    }

    private Status create(long parent, String path, int mode, @org.jspecify.annotations.Nullable String target) {
        return union.changes().create(parent, name(path), new Birth(mode, 0, 0, 0, target), stat);
    }

    @Override
    public int symbolicLink(String target, String path) {
        return inParent(path, p -> create(p, path, Mode.LINK | 0777, target));
    }

    @Override
    public int write(String path, long offset, byte[] bytes) {
        long node = find(path);
        if (node == -ENOENT) {
            int made = inParent(path, p -> create(p, path, Mode.FILE | 0644, null));
            if (made != 0) {
                return made;
            }
            node = find(path);
        }
        if (node < 0) {
            return (int) -node;
        }
        int refusal = refusal();
        if (refusal != 0) {
            return refusal;
        }
        try {
            int descriptor = union.content().open(node, true, false);
            if (bytes.length > 0) {
                contents.write(descriptor, offset, bytes);
                union.content().written(node, offset, offset + bytes.length);
            }
            union.content().release(node, descriptor);
            return 0;
        } catch (BackingFailure e) {
            return Errno.of(e.status());
        }
    }

    /** What open(2) for writing says to something that is no file. */
    private int refusal() {
        return switch (stat.mode & Mode.TYPE) {
            case Mode.LINK -> ELOOP;
            case Mode.DIRECTORY -> EISDIR;
            default -> 0;
        };
    }

    @Override
    public int truncate(String path, long size) {
        long node = find(path);
        if (node < 0) {
            return (int) -node;
        }
        int refusal = refusal();
        if (refusal != 0) {
            return refusal;
        }
        try {
            union.content().resize(node, size);
            return 0;
        } catch (BackingFailure e) {
            return Errno.of(e.status());
        }
    }

    @Override
    public int unlink(String path) {
        return inParent(path, parent -> union.changes().unlink(parent, name(path), stat));
    }

    @Override
    public int removeDirectory(String path) {
        return inParent(path, parent -> union.changes().removeDirectory(parent, name(path), stat));
    }

    /** The kernel refuses to move a directory below itself before it asks anybody (do_renameat2). */
    @Override
    public int rename(String from, String to) {
        long parent = directory(parent(from));
        long target = parent < 0 ? parent : directory(parent(to));
        if (target < 0) {
            return (int) -target;
        }
        if (find(from) >= 0 && to.startsWith(from + "/")) {
            return EINVAL;
        }
        if (find(from) >= 0 && from.startsWith(to + "/")) {
            return ENOTEMPTY;
        }
        return Errno.of(union.changes().rename(parent, name(from), target, name(to), Target.REPLACED, stat));
    }

    @Override
    public int link(String from, String to) {
        long node = find(from);
        return node < 0 ? (int) -node : inParent(to, parent -> union.changes().link(node, parent, name(to), stat));
    }

    @Override
    public int changeMode(String path, int mode) {
        long node = find(path);
        if (node < 0) {
            return (int) -node;
        }
        return (stat.mode & Mode.TYPE) == Mode.LINK
                ? 0
                : Errno.of(union.changes().setMode(node, mode, stat));
    }

    @Override
    public byte[] read(String path) throws IOException {
        long node = find(path);
        if (node < 0) {
            throw new IOException(path + ": errno " + -node);
        }
        return content(node);
    }

    private byte[] content(long node) throws IOException {
        int descriptor = union.content().open(node, false, false);
        byte[] bytes = contents.read(descriptor);
        union.content().release(node, descriptor);
        return bytes;
    }

    @Override
    public SortedMap<String, String> snapshot() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        Map<Object, String> inodes = new HashMap<>();
        collect("", find(""), all);
        SortedMap<String, String> named = new TreeMap<>();
        for (Map.Entry<String, String> entry : all.entrySet()) {
            long node = find(entry.getKey());
            String first = inodes.putIfAbsent(node, entry.getKey());
            named.put(entry.getKey(), entry.getValue() + (first == null ? "" : " = " + first));
        }
        return named;
    }

    private void collect(String path, long directory, SortedMap<String, String> all) throws IOException {
        Directory listing = union.reader().list(directory);
        if (listing == null) {
            throw new IOException("no directory: " + path);
        }
        for (int i = 0; i < listing.size(); i++) {
            String below = path.isEmpty() ? listing.name(i) : path + "/" + listing.name(i);
            long node = UnionReader.listed(directory, listing.local(i));
            union.reader().describe(node, stat);
            all.put(below, describe(node));
            if ((listing.mode(i) & Mode.TYPE) == Mode.DIRECTORY) {
                collect(below, node, all);
            }
        }
    }

    private String describe(long node) throws IOException {
        char type = switch (stat.mode & Mode.TYPE) {
            case Mode.DIRECTORY -> 'd';
            case Mode.LINK -> 'l';
            case Mode.FIFO -> 'p';
            default -> 'f';
        };
        String prefix = type + " " + Integer.toOctalString(stat.mode & Mode.PERMISSIONS) + " " + stat.links + " ";
        if (type == 'f') {
            return prefix + stat.size + " " + Digest.of(content(node)).hex();
        }
        String target = union.reader().target(node);
        return prefix
                + (target == null
                        ? ""
                        : new String(target.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
