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
 * 13.1). One file for each address: a line with the server's validator, then the content.
 */
record KeptReleases(Path directory) {
    private static final int MAX_LINE = 512;

    record Kept(Validator validator, byte[] content) {}

    /** Empty if there is none; what the disk damaged has no good signature. */
    Optional<Kept> find(URI address) throws IOException {
        Path file = file(address);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, 0, Math.min(MAX_LINE, bytes.length), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        int blank = text.indexOf(' ');
        if (blank < 0 || end < blank) {
            return Optional.empty();
        }
        Validator validator = new Validator(text.substring(0, blank), text.substring(blank + 1, end));
        return Optional.of(new Kept(validator, Arrays.copyOfRange(bytes, end + 1, bytes.length)));
    }

    void keep(URI address, Kept kept) throws IOException {
        String line = kept.validator().header() + " " + kept.validator().value() + "\n";
        if (line.length() > MAX_LINE) {
            return;
        }
        Files.createDirectories(directory);
        Path next = Files.createTempFile(directory, "next", "");
        try (var out = Files.newOutputStream(next)) {
            out.write(line.getBytes(StandardCharsets.ISO_8859_1));
            out.write(kept.content());
        }
        Files.move(next, file(address), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(URI address) {
        return directory.resolve(Digest.ofText(address.toString()).hex());
    }
}
