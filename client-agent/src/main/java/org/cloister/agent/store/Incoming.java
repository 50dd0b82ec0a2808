package org.cloister.agent.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.cloister.events.Digest;

/**
 * Objects on their way into the store. Each is written under a temporary name while it is hashed; {@link #commit} forces all
 * of them to the disk together and then gives them their names. One thread.
 */
public final class Incoming implements AutoCloseable {
    private static final String DIRECTORY = "store/incoming";
    private static final Set<PosixFilePermission> READ_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final int BUFFER = 1 << 16;
    private static final int FEW = 16;

    private final ObjectStore store;
    private final Path directory;
    private final Map<Digest, Path> written = new LinkedHashMap<>();
    private final byte[] buffer = new byte[BUFFER];
    private long bytes;

    Incoming(ObjectStore store) throws IOException {
        this.store = store;
        Files.createDirectories(store.state().resolve(DIRECTORY));
        this.directory = Files.createTempDirectory(store.state().resolve(DIRECTORY), "batch");
    }

    static void clear(Path state) throws IOException {
        Path directory = state.resolve(DIRECTORY);
        if (Files.isDirectory(directory)) {
            try (Stream<Path> left = Files.walk(directory)) {
                for (Path path : left.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /**
     * Takes exactly {@code size} bytes of {@code in} for {@code wanted}.
     *
     * @return false if they aren't what the digest says; they are dropped then
     * @throws EOFException if {@code in} ends before
     */
    public boolean add(Digest wanted, long size, InputStream in) throws IOException {
        Path file = directory.resolve(Integer.toString(written.size()));
        if (!copy(in, size, file).equals(wanted)) {
            Files.delete(file);
            return false;
        }
        take(wanted, size, file);
        return true;
    }

    /** Takes all of {@code in}, whatever it is. */
    public Digest add(InputStream in) throws IOException {
        Path file = directory.resolve(Integer.toString(written.size()));
        MessageDigest sha256 = Digest.sha256();
        long size = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                out.write(buffer, 0, n);
                size += n;
            }
        }
        Digest digest = Digest.ofHash(sha256.digest());
        if (written.containsKey(digest) || store.hasObject(digest)) {
            Files.delete(file);
        } else {
            take(digest, size, file);
        }
        return digest;
    }

    private void take(Digest digest, long size, Path file) throws IOException {
        Files.setPosixFilePermissions(file, READ_ONLY);
        written.put(digest, file);
        bytes += size;
    }

    private Digest copy(InputStream in, long size, Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (OutputStream out = Files.newOutputStream(file)) {
            long left = size;
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException("cut " + left + " bytes before the end of an object");
                }
                sha256.update(buffer, 0, n);
                out.write(buffer, 0, n);
                left -= n;
            }
        }
        return Digest.ofHash(sha256.digest());
    }

    public int size() {
        return written.size();
    }

    public long bytes() {
        return bytes;
    }

    /** What was added is in the store and durable on return; the batch is empty again. */
    public void commit() throws IOException, InterruptedException {
        Durability.syncFiles(directory, written.values());
        Set<Path> directories = new HashSet<>();
        for (Map.Entry<Digest, Path> file : written.entrySet()) {
            Path target = store.path(file.getKey());
            Path parent = Durability.parent(target);
            if (directories.add(parent)) {
                Files.createDirectories(parent);
            }
            Files.move(file.getValue(), target, StandardCopyOption.ATOMIC_MOVE);
        }
        if (directories.size() > FEW) {
            Durability.syncFiles(directory, directories);
        } else {
            for (Path parent : directories) {
                Durability.syncDirectory(parent);
                Durability.syncDirectory(Durability.parent(parent));
            }
        }
        written.clear();
        bytes = 0;
    }

    /** Drops what wasn't committed. */
    @Override
    public void close() throws IOException {
        for (Path file : written.values()) {
            Files.deleteIfExists(file);
        }
        written.clear();
        try (Stream<Path> rest = Files.list(directory)) {
            for (Path file : rest.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
