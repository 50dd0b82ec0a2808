package org.cloister.repo.s3;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/**
 * One bucket and prefix belong to one state directory: what one repository doesn't need another one would delete. Both have the same few
 * lines.
 */
final class Ownership {
    private static final String MARK = "cloister-pool";
    private static final int MAX_MARK = 4_096;

    private final Bucket bucket;
    private final String place;

    Ownership(Bucket bucket, String place) {
        this.bucket = bucket;
        this.place = place;
    }

    /** @param told this repository's lines, or where they shall be. @throws IOException also if the bucket is another's */
    void claim(Path told) throws IOException {
        if (!Files.exists(told)) {
            if (bucket.read(MARK, MAX_MARK).isPresent()) {
                throw new IOException(
                        place + " belongs to another repository: choose another prefix. If this is its state directory"
                                + " without that file, copy " + MARK + " from the bucket to " + told);
            }
            write(told, MARK + " 1\n" + UUID.randomUUID() + "\n" + place + "\n");
        }
        byte[] mine = Files.readAllBytes(told);
        if (bucket.read(MARK, MAX_MARK).isEmpty()) {
            bucket.putNew(MARK, mine);
        }
        byte[] theirs = bucket.read(MARK, MAX_MARK).orElseGet(() -> new byte[0]);
        if (!Arrays.equals(mine, theirs)) {
            throw new IOException(place + " belongs to another repository (its " + MARK + " isn't what " + told
                    + " says): choose another prefix");
        }
    }

    /** Whole, and by the first of several processes. */
    private static void write(Path told, String text) throws IOException {
        Path partial = told.resolveSibling(told.getFileName() + "." + UUID.randomUUID());
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(text));
            channel.force(true);
        }
        try {
            Files.createLink(told, partial);
        } catch (FileAlreadyExistsException e) {
            // another process was quicker, and its lines count
        } finally {
            Files.delete(partial);
        }
        try (FileChannel directory = FileChannel.open(told.resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
