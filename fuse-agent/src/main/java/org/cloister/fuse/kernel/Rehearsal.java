package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.session.WorkerMemory;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.union.Stat;
import org.cloister.fuse.union.Union;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reading requests that nobody made, about the roots that are there, whose answers nobody gets. A mount that was just made is slow until the
 * virtual machine has loaded and compiled what answers; so a few thousand requests are answered before the first programs come,
 * or beside them. Nothing is changed, and the kernel knows nothing of it. For one thread.
 */
final class Rehearsal implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    /** A request type is compiled after two hundred of them; there are six, in a tree that has more of some than of others. */
    private static final int MAX_REQUESTS = 8_000;

    private static final long MAX_NANOS = 500_000_000;
    private static final int MAX_READS = 300;
    private static final int LARGEST_READ = 16 << 10;
    /** What the kernel lists with at first. */
    private static final int LISTING = 4096;

    private static final long TOP = 1;
    private static final String ACL = "system.posix_acl_access";
    private static final int NODE = 16;
    /** In {@code struct fuse_read_in}. */
    private static final int SIZE = 16;

    private static final int MAX_ENTRIES = 500;
    /** Behind those that lead up and nowhere. */
    private static final long AFTER_DOTS = 2;

    private static final MemoryIO MEMORY = Native.MEMORY;

    private final Native host;
    private final Union union;
    private final Negotiation agreed;
    private final byte[] stateOnDisk;
    private final Deque<Long> directories = new ArrayDeque<>();
    private volatile int requests;
    private int reads;

    Rehearsal(Native host, Union union, Negotiation agreed, byte[] stateOnDisk) {
        this.host = host;
        this.union = union;
        this.agreed = agreed;
        this.stateOnDisk = stateOnDisk;
    }

    /** Returns when enough was asked, or half a second has passed. */
    @Override
    public void run() {
        int nowhere = host.libc()
                .open(Native.path("/dev/null"), PrivilegedDevice.READ_WRITE | PrivilegedDevice.CLOSE_ON_EXEC, 0);
        if (nowhere < 0) {
            return;
        }
        try (SessionMemory memory = SessionMemory.ofThisProcess(Path.of(System.getProperty("java.io.tmpdir")))) {
            Lookups lookups = new Lookups(memory);
            WorkerMemory hands =
                    WorkerMemory.of(memory, slot -> 0L, 1, 0, Exchange.MEMORY).get(0);
            Exchange x = new Exchange(host.libc(), nowhere, hands, lookups, union.content());
            PassedFiles passed = new PassedFiles(false, host, nowhere, union.content(), memory);
            Notices notices = new Notices(host.libc(), nowhere);
            play(x, new Dispatcher(host, union, lookups, notices, passed, stateOnDisk, agreed));
        } catch (IOException | RuntimeException e) {
            LOG.debug("not rehearsed: {}", e.toString());
        } finally {
            host.libc().close(nowhere);
        }
    }

    /** Requests that were answered so far. */
    int requests() {
        return requests;
    }

    private void play(Exchange x, Dispatcher dispatcher) {
        long end = System.nanoTime() + MAX_NANOS;
        directories.add(TOP);
        while (!directories.isEmpty() && requests < MAX_REQUESTS && System.nanoTime() < end) {
            long directory = directories.remove();
            ask(x, dispatcher, Operation.READDIRPLUS, directory, "");
            for (Entry entry : entries(directory)) {
                about(x, dispatcher, directory, entry);
            }
        }
        LOG.debug("rehearsed {} requests", requests);
    }

    private record Entry(String name, long node, int mode, long size) {}

    private List<Entry> entries(long directory) {
        List<Entry> entries = new ArrayList<>();
        union.reader().list(directory, AFTER_DOTS, new Stat(), (name, stat, cookie) -> {
            entries.add(new Entry(name, stat.node, stat.mode, stat.size));
            return entries.size() < MAX_ENTRIES;
        });
        return entries;
    }

    private void about(Exchange x, Dispatcher dispatcher, long directory, Entry entry) {
        ask(x, dispatcher, Operation.LOOKUP, directory, entry.name);
        ask(x, dispatcher, Operation.GETATTR, entry.node, "");
        ask(x, dispatcher, Operation.GETXATTR, entry.node, ACL);
        switch (entry.mode & Mode.TYPE) {
            case Mode.DIRECTORY -> directories.add(entry.node);
            case Mode.LINK -> ask(x, dispatcher, Operation.READLINK, entry.node, "");
            case Mode.FILE -> {
                if (entry.size <= LARGEST_READ && reads < MAX_READS) {
                    reads++;
                    ask(x, dispatcher, Operation.READ, entry.node, "");
                }
            }
            default -> {}
        }
    }

    /** About {@code node}: as the kernel would ask, with a structure in zeros but for the size. */
    private void ask(Exchange x, Dispatcher dispatcher, Operation what, long node, String name) {
        requests = requests + 1;
        x.expect();
        byte[] text = what.names == 0 ? new byte[0] : (name + '\0').getBytes(StandardCharsets.ISO_8859_1);
        int length = Request.HEADER + what.fixed + text.length;
        long at = x.request.address;
        MEMORY.setMemory(at, Request.HEADER + what.fixed, (byte) 0);
        MEMORY.putInt(at, length);
        MEMORY.putInt(at + Integer.BYTES, what.code);
        MEMORY.putLong(at + NODE, node);
        if (what == Operation.READ || what == Operation.READDIRPLUS) {
            MEMORY.putInt(at + Request.HEADER + SIZE, what == Operation.READ ? LARGEST_READ : LISTING);
        }
        MEMORY.putByteArray(at + Request.HEADER + what.fixed, text, 0, text.length);
        dispatcher.handle(x, length);
    }
}
