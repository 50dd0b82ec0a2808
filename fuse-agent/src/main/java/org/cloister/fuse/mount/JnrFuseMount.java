package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import jnr.ffi.Runtime;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.UnionReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mount, served by libfuse2's low-level session (docs/adr/0012). From {@link #mount} to {@link #unmount} nothing of this
 * process may touch a path below the mount point.
 */
public final class JnrFuseMount implements Mount {
    private static final Logger LOG = LoggerFactory.getLogger(JnrFuseMount.class);
    private static final MemoryIO MEMORY = Native.MEMORY;
    /** Enough to keep two cores busy while some wait for the disk. */
    private static final int THREADS = 6;

    private static final int DETACH = 2;
    /** For programs that are about to end, too. */
    private static final long GRACE_MILLIS = 2_000;
    /** Offsets in {@code struct fuse_conn_info}. */
    private static final int CAPABLE = 20;

    private static final int WANT = 24;
    private static final int ATOMIC_TRUNCATE = 1 << 3;
    private static final int BIG_WRITES = 1 << 5;

    private final LowLevelFuse fuse;
    private final Native host;
    private final Path mountPoint;
    private final OperationTable table;
    private final Layouts layouts;
    private long session;
    private volatile long channel;
    private SessionThreads threads;

    public JnrFuseMount(Path mountPoint, Native host, UnionReader reader, UnionChanges changes, UnionContent content) {
        this.mountPoint = mountPoint;
        this.host = host;
        this.fuse = Native.loadFuse();
        Runtime runtime = Runtime.getRuntime(fuse);
        this.layouts = new Layouts(runtime);
        this.table = new OperationTable(runtime.getClosureManager());
        this.threads = new SessionThreads(fuse, 0, 0);
        Reply reply = new Reply(fuse, layouts);
        NodeHandlers nodes = new NodeHandlers(fuse, reply, layouts, reader, changes, content);
        fillNodes(nodes);
        fillFiles(new FileHandlers(fuse, host, reply, layouts, nodes, changes, content));
        fillDirectories(new DirectoryHandlers(fuse, reply, layouts, reader, content));
        fillAttributes(new AttributeHandlers(fuse, reply, reader, changes));
        table.put(0, Callbacks.Two.class, (userdata, connection) -> initialize(connection));
        table.put(24, Callbacks.Two.class, (request, node) -> space(request, reply));
    }

    private void fillNodes(NodeHandlers nodes) {
        table.put(2, Callbacks.Three.class, nodes::lookup)
                .put(3, Callbacks.Three.class, nodes::forget)
                .put(4, Callbacks.Three.class, nodes::getAttributes)
                .put(5, Callbacks.ThreeModeAndOne.class, nodes::setAttributes)
                .put(6, Callbacks.Two.class, nodes::readLink)
                .put(7, Callbacks.ThreeModeAndOne.class, nodes::makeNode)
                .put(8, Callbacks.ThreeAndMode.class, nodes::makeDirectory)
                .put(9, Callbacks.Three.class, nodes::unlink)
                .put(10, Callbacks.Three.class, nodes::removeDirectory)
                .put(11, Callbacks.Four.class, nodes::makeLink)
                .put(12, Callbacks.Five.class, nodes::rename)
                .put(13, Callbacks.Four.class, nodes::link)
                .put(38, Callbacks.Three.class, nodes::forgetMany);
    }

    private void fillFiles(FileHandlers files) {
        table.put(14, Callbacks.Three.class, files::open)
                .put(15, Callbacks.Five.class, files::read)
                .put(16, Callbacks.Six.class, files::write)
                .put(18, Callbacks.Three.class, files::release)
                .put(19, Callbacks.TwoFlagAndOne.class, files::sync)
                .put(30, Callbacks.ThreeModeAndOne.class, files::create)
                .put(40, Callbacks.TwoModeAndThree.class, files::fallocate);
    }

    private void fillDirectories(DirectoryHandlers directories) {
        table.put(20, Callbacks.Three.class, directories::open)
                .put(21, Callbacks.Five.class, directories::read)
                .put(22, Callbacks.Three.class, directories::release)
                .put(23, Callbacks.TwoFlagAndOne.class, directories::sync);
    }

    private void fillAttributes(AttributeHandlers attributes) {
        table.put(25, Callbacks.FiveAndFlags.class, attributes::set)
                .put(26, Callbacks.Four.class, attributes::get)
                .put(27, Callbacks.Three.class, attributes::list)
                .put(28, Callbacks.Three.class, attributes::remove);
    }

    private static void initialize(long connection) {
        int wanted = MEMORY.getInt(connection + WANT);
        int capable = MEMORY.getInt(connection + CAPABLE);
        MEMORY.putInt(connection + WANT, wanted | (capable & (ATOMIC_TRUNCATE | BIG_WRITES)));
        LOG.info(
                "kernel speaks FUSE {}.{}, offers {}",
                MEMORY.getInt(connection),
                MEMORY.getInt(connection + Integer.BYTES),
                Integer.toHexString(capable));
    }

    private void space(long request, Reply reply) {
        long buffer = reply.scratch().data;
        if (host.libc().statvfs(stateOnDisk, buffer) != 0) {
            reply.errno(request, host.errno());
        } else {
            fuse.fuse_reply_statfs(request, buffer);
        }
    }

    private byte[] stateOnDisk = Native.path("/");

    /** Whose free space statvfs(3) on the mount reports. Before {@link #mount}. */
    public JnrFuseMount reportSpaceOf(Path directory) {
        stateOnDisk = Native.path(directory.toString());
        return this;
    }

    @Override
    public String adapter() {
        return "jnr-fuse";
    }

    @Override
    public void mount(Audience audience) throws IOException {
        long arguments = arguments(audience, host.libc().getuid() == 0);
        channel = fuse.fuse_mount(Native.path(mountPoint.toString()), arguments);
        if (channel == 0) {
            throw new IOException("cannot mount at " + mountPoint
                    + ": is /dev/fuse there, fuse3 installed, and nothing else mounted on it?");
        }
        session = fuse.fuse_lowlevel_new(arguments, table.address(), table.size(), 0);
        if (session == 0) {
            fuse.fuse_unmount(Native.path(mountPoint.toString()), channel);
            throw new IOException("libfuse refused the session at " + mountPoint);
        }
        fuse.fuse_session_add_chan(session, channel);
        threads = new SessionThreads(fuse, session, channel);
        threads.start(THREADS);
        LOG.info("mounted {} (jnr-fuse, {} threads, {} operations)", mountPoint, THREADS, table.callbacks());
    }

    private static long arguments(Audience audience, boolean root) {
        List<String> words = new ArrayList<>(List.of("cloister", "-o", "default_permissions,fsname=cloister"));
        words.addAll(List.of("-o", "max_readahead=1048576,subtype=cloister"));
        if (audience == Audience.EVERYBODY) {
            words.addAll(List.of("-o", root ? "allow_other,nosuid,dev" : "allow_other"));
        }
        long vector = MEMORY.allocateMemory((words.size() + 1L) * Long.BYTES, true);
        for (int i = 0; i < words.size(); i++) {
            byte[] word = (words.get(i) + '\0').getBytes(StandardCharsets.UTF_8);
            long at = MEMORY.allocateMemory(word.length, false);
            MEMORY.putByteArray(at, word, 0, word.length);
            MEMORY.putAddress(vector + (long) i * Long.BYTES, at);
        }
        long arguments = MEMORY.allocateMemory(3L * Long.BYTES, true);
        MEMORY.putInt(arguments, words.size());
        MEMORY.putAddress(arguments + Long.BYTES, vector);
        return arguments;
    }

    @Override
    public void unmount() throws InterruptedException {
        byte[] path = Native.path(mountPoint.toString());
        boolean idle = host.libc().umount2(path, 0) == 0;
        if (!idle) {
            StaleMount.detach(host, mountPoint, DETACH);
        }
        if (!threads.join(GRACE_MILLIS)) {
            LOG.warn("{} was unmounted while programs had files of it open", mountPoint);
        }
    }

    @Override
    public void forgetName(long directory, String name) {
        byte[] bytes = (name + '\0').getBytes(StandardCharsets.ISO_8859_1);
        long at = MEMORY.allocateMemory(bytes.length, false);
        MEMORY.putByteArray(at, bytes, 0, bytes.length);
        fuse.fuse_lowlevel_notify_inval_entry(channel, directory, at, bytes.length - 1L);
        MEMORY.freeMemory(at);
    }

    /** libfuse2 counts no lookups; who has a file open keeps it by its descriptor. */
    @Override
    public boolean knows(long node) {
        return false;
    }

    @Override
    public boolean knowsAny(LongPredicate nodes) {
        return false;
    }

    @Override
    public void forgetNode(long node) {
        fuse.fuse_lowlevel_notify_inval_inode(channel, node, 0, 0);
    }
}
