package org.cloister.repo.apt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cloister.events.Digest;

/**
 * Index files by digest, which is what apt's by-hash asks for; what one distribution has in two states, or two distributions
 * have, is there once. What is found is complete and survives a crash. Thread-safe, blocks.
 */
public final class IndexFiles {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final Path directory;

    private IndexFiles(Path directory) {
        this.directory = directory;
    }

    /** A file: never changed. {@code modified} is when it was written, or needed anew. */
    public record Stored(Path path, Digest digest, long size, Instant modified) {}

    static IndexFiles open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new IndexFiles(directory);
    }

    /** Parts, one after the other, and the digest of all. */
    record Content(Digest digest, List<byte[]> parts) {}

    Stored put(byte[] content) throws IOException {
        return put(new Content(Digest.of(content), List.of(content)));
    }

    /** Durable on return. */
    Stored put(Content content) throws IOException {
        Digest digest = content.digest();
        Optional<Stored> present = used(digest);
        if (present.isPresent()) {
            return present.get();
        }
        Path file = path(digest);
        Path parent = Files.createDirectories(file.resolveSibling("."));
        Path partial = Files.createTempFile(directory, "partial", "");
        try {
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                for (byte[] part : content.parts()) {
                    out.write(part);
                }
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            force(parent);
        } finally {
            Files.deleteIfExists(partial);
        }
        return find(digest).orElseThrow(() -> new IOException(file + " is gone right after it was written"));
    }

    /** One that is needed again is as young as a new one: it isn't deleted right afterwards. */
    private synchronized Optional<Stored> used(Digest digest) throws IOException {
        Optional<Stored> present = find(digest);
        if (present.isPresent()) {
            Files.setLastModifiedTime(present.get().path(), FileTime.from(Instant.now()));
        }
        return present;
    }

    /** A file that holds what {@code digest} names, verified; it is moved here. Durable on return. */
    Stored adopt(Digest digest, Path verified) throws IOException {
        force(verified);
        Path file = path(digest);
        Path parent = Files.createDirectories(file.resolveSibling("."));
        Files.move(verified, file, StandardCopyOption.ATOMIC_MOVE);
        force(parent);
        return find(digest).orElseThrow(() -> new IOException(file + " is gone right after it was written"));
    }

    /** Empty if there is none. */
    public Optional<Stored> find(Digest digest) {
        Path file = path(digest);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stored(
                    file,
                    digest,
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Deletes those older than {@code oldest} that aren't retained, and what a crash left half-written. Returns how many. */
    int deleteUnless(Set<Digest> retained, Instant oldest) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.filter(Files::isRegularFile).toList();
        }
        int deleted = 0;
        for (Path file : all) {
            String name = String.valueOf(file.getFileName());
            boolean kept = HEX.matcher(name).matches() && retained.contains(new Digest(name));
            deleted += !kept && deleteIfOlder(file, oldest) ? 1 : 0;
        }
        return deleted;
    }

    private synchronized boolean deleteIfOlder(Path file, Instant oldest) throws IOException {
        return Files.exists(file)
                && Files.getLastModifiedTime(file).toInstant().isBefore(oldest)
                && Files.deleteIfExists(file);
    }

    private Path path(Digest digest) {
        return directory.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
