package org.cloister.fuse.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.integrity.ManifestProbe;
import org.cloister.fuse.integrity.ObjectProbe;
import org.cloister.fuse.integrity.Throttle;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.Backing;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Observed;

/** Objects and backing files as descriptors of this process. */
public final class NativeBacking implements Backing, ObjectProbe, ManifestProbe {
    private static final int READ = 0;
    private static final int READ_WRITE = 02;
    private static final int CREATE = 0100;
    private static final int TRUNCATE = 01000;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int PRIVATE = 0600;
    /** {@code _IOW(0x94, 9, int)}: share the blocks where the file system can. */
    private static final long CLONE = 0x40049409L;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final int MAX_IDLE = 512;

    private static final String DATA = "data";
    /** A disk that has no more bytes left has no room for a directory. */
    private static final long FULL = 1 << 16;
    /** {@code struct statx}, the same on every architecture (statx(2)). */
    private static final int STATX = 256;

    private static final int BLOCKS = 48;
    private static final int WANT_BLOCKS = 0x400;
    private static final int SIZE = 40;
    private static final int MTIME = 112;
    private static final int WANT_MTIME = 0x40;
    private static final int WANT_SIZE = 0x200;
    private static final long NANOS = 1_000_000_000L;
    private static final int EMPTY_PATH = 0x1000;
    private static final byte[] EMPTY = {0};
    /** An object is replaced once while it is looked at; more often is a program that plays with the store. */
    private static final int ATTEMPTS = 3;
    /** {@code POSIX_FADV_DONTNEED}. */
    private static final int DROP = 4;

    /** O_DIRECT, which is another bit on some architectures; 0 where it isn't known to us. */
    private static final int DIRECT = switch (System.getProperty("os.arch")) {
        case "amd64" -> 040000;
        case "aarch64" -> 0200000;
        default -> 0;
    };

    private static final int ALIGNMENT = 4096;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;

    private final Path state;
    private final Native host;
    private final Libc libc;
    private final ObjectCheck check;
    private final Proofs proofs = new Proofs();
    private final ThreadLocal<Long> aligned = ThreadLocal.withInitial(
            () -> (Native.MEMORY.allocateMemory(2L * ALIGNMENT, false) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);

    public NativeBacking(Path state, Native host, ObjectCheck check) {
        this.state = state;
        this.host = host;
        this.libc = host.libc();
        this.check = check;
    }

    /** A quarter of what the process may have (getrlimit(2)): tables need some, and copying up. */
    @Override
    public int idleDescriptors() {
        try (Stream<String> limits = Files.lines(LIMITS)) {
            return limits.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split(" {2,}")[1])
                    .mapToInt(limit ->
                            limit.equals("unlimited") ? MAX_IDLE : (int) Math.min(MAX_IDLE, Long.parseLong(limit) / 4))
                    .findFirst()
                    .orElse(MAX_IDLE);
        } catch (IOException e) {
            return MAX_IDLE;
        }
    }

    @Override
    public int openObject(Digest object, long size) throws BackingFailure {
        byte[] path = Native.path(state.resolve(StoreLayout.object(object)).toString());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int descriptor = open(path, 0, object, size);
            ObjectCheck.Verdict verdict = check.verdict(descriptor, path, object, size);
            if (verdict.proof() != null) {
                proofs.put(descriptor, verdict.proof());
                return descriptor;
            }
            libc.close(descriptor);
            if (!verdict.replaced()) {
                break;
            }
        }
        throw new BackingFailure(Status.DAMAGED, "object " + object + " is damaged");
    }

    private int open(byte[] path, int flags, Digest object, long size) throws BackingFailure {
        int descriptor = libc.open(path, READ | CLOSE_ON_EXEC | flags, 0);
        if (descriptor >= 0) {
            return descriptor;
        }
        int errno = host.errno();
        if (Errno.status(errno) == Status.TOO_MANY_OPEN) {
            throw failed("open object " + object, errno);
        }
        if (errno == ENOENT || errno == ENOTDIR) {
            check.missing(object, size);
            throw new BackingFailure(Status.DAMAGED, "object " + object + " is missing");
        }
        check.unreadable(object, size);
        throw failed("open object " + object, errno);
    }

    @Override
    public boolean vouches(int descriptor, long offset, long wanted, long count) {
        ObjectCheck.Proof proof = proofs.of(descriptor);
        if (proof == null) {
            return true;
        }
        long expected = Math.max(0, Math.min(wanted, proof.size - offset));
        return count >= expected && check.holds(proof, descriptor);
    }

    /**
     * Reads from the disk, past the page cache where the file system lets us (O_DIRECT); otherwise what is cached is given up
     * before and after, which pages that a program has mapped or that are locked survive. What a disk's own memory answers is not
     * in our hands.
     */
    @Override
    public boolean isWhole(Digest object, long size, Throttle throttle) throws InterruptedException {
        return isWhole(StoreLayout.object(object), object, size, throttle);
    }

    @Override
    public boolean isManifestWhole(LayerId layer, Throttle throttle) throws InterruptedException {
        String path = StoreLayout.layer(layer);
        return isWhole(path, layer.digest(), state.resolve(path).toFile().length(), throttle);
    }

    private boolean isWhole(String name, Digest object, long size, Throttle throttle) throws InterruptedException {
        byte[] path = Native.path(state.resolve(name).toString());
        try {
            ObjectCheck.Verdict verdict = look(path, object, size, throttle);
            for (int attempt = 1; verdict.replaced() && attempt < ATTEMPTS; attempt++) {
                verdict = look(path, object, size, throttle);
            }
            return verdict.proof() != null;
        } catch (BackingFailure damaged) {
            return false;
        }
    }

    private ObjectCheck.Verdict look(byte[] path, Digest object, long size, Throttle throttle)
            throws BackingFailure, InterruptedException {
        int descriptor = DIRECT == 0 ? -1 : libc.open(path, READ | CLOSE_ON_EXEC | DIRECT, 0);
        boolean direct = descriptor >= 0 && isReadable(descriptor, size);
        if (descriptor >= 0 && !direct) {
            libc.close(descriptor);
        }
        if (!direct) {
            descriptor = open(path, 0, object, size);
            libc.posix_fadvise(descriptor, 0, 0, DROP);
        }
        try {
            return check.look(descriptor, path, object, size, throttle);
        } finally {
            if (!direct) {
                libc.posix_fadvise(descriptor, 0, 0, DROP);
            }
            libc.close(descriptor);
        }
    }

    /** Some file systems take the flag and refuse the read. */
    private boolean isReadable(int descriptor, long size) {
        return size == 0 || libc.pread(descriptor, aligned.get(), ALIGNMENT, 0) > 0;
    }

    @Override
    public int openContent(RootName root, long id) throws BackingFailure {
        return openContent(root, id, 0);
    }

    private int openContent(RootName root, long id, int flags) throws BackingFailure {
        Path path = content(root, id);
        int all = READ_WRITE | CREATE | CLOSE_ON_EXEC | flags;
        byte[] name = Native.path(path.toString());
        int descriptor = libc.open(name, all, PRIVATE);
        if (descriptor < 0 && host.errno() == Errno.ENOENT) {
            makeDirectory(path);
            descriptor = libc.open(name, all, PRIVATE);
        }
        if (descriptor < 0) {
            throw failed("open " + path, host.errno());
        }
        return descriptor;
    }

    /** Others may be making it too. */
    private void makeDirectory(Path file) throws BackingFailure {
        Path directory = file.getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            boolean full = state.toFile().getUsableSpace() < FULL;
            throw new BackingFailure(
                    full ? Status.NO_SPACE : Status.DAMAGED, "cannot make " + directory + ": " + e.getMessage());
        }
    }

    private Path content(RootName root, long id) {
        return state.resolve(StoreLayout.writable(root)).resolve(DATA).resolve(Long.toString(id));
    }

    @Override
    public int copyContent(RootName root, long id, int source, long length) throws BackingFailure {
        int target = openContent(root, id, TRUNCATE);
        try {
            if (length > 0) {
                copy(source, target, length);
            }
            return target;
        } catch (BackingFailure failure) {
            libc.close(target);
            deleteContent(root, id);
            throw failure;
        }
    }

    private void copy(int source, int target, long length) throws BackingFailure {
        if (libc.ioctl(target, CLONE, source) == 0) {
            resize(target, length);
            return;
        }
        Native.MEMORY.putLong(offset.get(), 0);
        long done = 0;
        while (done < length) {
            long count = libc.sendfile(target, source, offset.get(), length - done);
            if (count <= 0) {
                throw failed("copy", count == 0 ? 0 : host.errno());
            }
            done += count;
        }
    }

    private final ThreadLocal<Long> offset =
            ThreadLocal.withInitial(() -> Native.MEMORY.allocateMemory(Long.BYTES, true));

    @Override
    public void deleteContent(RootName root, long id) {
        libc.unlink(Native.path(content(root, id).toString()));
    }

    @Override
    public void resize(int descriptor, long size) throws BackingFailure {
        if (libc.ftruncate(descriptor, size) != 0) {
            throw failed("resize", host.errno());
        }
    }

    @Override
    public long blocks(int descriptor) throws BackingFailure {
        long buffer = statx.get();
        if (libc.statx(descriptor, EMPTY, EMPTY_PATH, WANT_BLOCKS, buffer) != 0) {
            throw failed("statx", host.errno());
        }
        return Native.MEMORY.getLong(buffer + BLOCKS);
    }

    @Override
    public Observed observed(int descriptor) throws BackingFailure {
        long buffer = statx.get();
        if (libc.statx(descriptor, EMPTY, EMPTY_PATH, WANT_SIZE | WANT_MTIME, buffer) != 0) {
            throw failed("statx", host.errno());
        }
        return new Observed(
                Native.MEMORY.getLong(buffer + SIZE),
                Native.MEMORY.getLong(buffer + MTIME) * NANOS + Native.MEMORY.getInt(buffer + MTIME + Long.BYTES));
    }

    private final ThreadLocal<Long> statx = ThreadLocal.withInitial(() -> Native.MEMORY.allocateMemory(STATX, true));

    @Override
    public void sync(int descriptor) throws BackingFailure {
        if (libc.fsync(descriptor) != 0) {
            throw failed("fsync", host.errno());
        }
    }

    @Override
    public void replace(int replacement, int old) throws BackingFailure {
        proofs.remove(old);
        int result = libc.dup3(replacement, old, CLOSE_ON_EXEC);
        int errno = result < 0 ? host.errno() : 0;
        libc.close(replacement);
        if (result < 0) {
            throw failed("replace a descriptor", errno);
        }
    }

    @Override
    public void close(int descriptor) {
        proofs.remove(descriptor);
        libc.close(descriptor);
    }

    private static BackingFailure failed(String what, int errno) {
        return new BackingFailure(Errno.status(errno), what + " failed with errno " + errno);
    }
}
