package org.cloister.repo.upstream;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import org.cloister.events.Digest;

/**
 * The InRelease files that were believed last, so that an archive is asked for them only if they changed (RFC 9110, section
 * 13.1.3). One file for each address: the server's Last-Modified, a line end, the content.
 */
record KeptReleases(Path directory) {
    private static final int MAX_DATE = 64;

    /** @param lastModified as the server wrote it */
    record Kept(String lastModified, byte[] content) {}

    /** Empty if there is none; what the disk damaged has no good signature. */
    Optional<Kept> find(URI address) throws IOException {
        Path file = file(address);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < Math.min(MAX_DATE, bytes.length); i++) {
            if (bytes[i] == '\n') {
                String date = new String(bytes, 0, i, StandardCharsets.US_ASCII);
                return Optional.of(new Kept(date, Arrays.copyOfRange(bytes, i + 1, bytes.length)));
            }
        }
        return Optional.empty();
    }

    void keep(URI address, Kept kept) throws IOException {
        if (kept.lastModified().length() >= MAX_DATE || kept.lastModified().indexOf('\n') >= 0) {
            return;
        }
        Files.createDirectories(directory);
        Path next = Files.createTempFile(directory, "next", "");
        try (var out = Files.newOutputStream(next)) {
            out.write((kept.lastModified() + "\n").getBytes(StandardCharsets.US_ASCII));
            out.write(kept.content());
        }
        Files.move(next, file(address), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(URI address) {
        return directory.resolve(Digest.ofText(address.toString()).hex());
    }
}
