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
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.cloister.events.Digest;

/**
 * Index files by digest, which is what apt's by-hash asks for; what one distribution has in two states, or two distributions
 * have, is there once. What is found is complete and survives a crash. Thread-safe, blocks.
 */
public final class IndexFiles {
    private final Path directory;

    private IndexFiles(Path directory) {
        this.directory = directory;
    }

    /** A file: never changed. {@code modified} is when it was first written. */
    public record Stored(Path path, Digest digest, long size, Instant modified) {}

    static IndexFiles open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new IndexFiles(directory);
    }

    /** The content of {@code parts}, one after the other; durable on return. */
    Stored put(List<byte[]> parts) throws IOException {
        MessageDigest hash = Digest.sha256();
        parts.forEach(hash::update);
        Digest digest = Digest.ofHash(hash.digest());
        Optional<Stored> present = find(digest);
        if (present.isPresent()) {
            return present.get();
        }
        Path file = path(digest);
        Path parent = Files.createDirectories(file.resolveSibling("."));
        Path partial = Files.createTempFile(directory, "partial", "");
        try {
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                for (byte[] part : parts) {
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

    private Path path(Digest digest) {
        return directory.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
