package org.cloister.repo.upstream;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;

/**
 * A suite's Release file (Debian wiki, "DebianRepository/Format"), after its signature was verified.
 *
 * @param suite empty if it names none
 * @param codename empty if it names none
 * @param allApart whether packages of architecture {@code all} have indexes of their own, not in the others (the field
 *     No-Support-for-Architecture-all)
 * @param files by their name below {@code dists/<suite>/}
 */
public record Release(
        String suite,
        String codename,
        Instant date,
        Optional<Instant> validUntil,
        List<String> components,
        List<String> architectures,
        boolean byHash,
        boolean allApart,
        Map<String, FileEntry> files) {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("[EEE, ]d MMM yyyy H:mm:ss zzz", Locale.ENGLISH);
    private static final int MAX_FILES = 100_000;

    /** What a file must be. */
    public record FileEntry(String path, Digest digest, long size) {}

    /** @throws UpstreamException {@code MALFORMED}, naming the field */
    public static Release parse(byte[] text) throws UpstreamException {
        try {
            Paragraph fields = Paragraph.parse(new String(text, StandardCharsets.UTF_8), ControlLimits.RELEASE);
            String validUntil = fields.get("Valid-Until");
            return new Release(
                    word(fields, "Suite"),
                    word(fields, "Codename"),
                    date(fields.require("Date")),
                    validUntil == null ? Optional.empty() : Optional.of(date(validUntil)),
                    words(fields, "Components"),
                    words(fields, "Architectures"),
                    "yes".equals(fields.get("Acquire-By-Hash")),
                    words(fields, "Architectures").contains("all")
                            && !word(fields, "No-Support-for-Architecture-all").contains("Packages"),
                    files(fields));
        } catch (ControlSyntaxException | IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    private static String word(Paragraph fields, String name) {
        String value = fields.get(name);
        return value == null ? "" : value;
    }

    private static List<String> words(Paragraph fields, String name) {
        String value = word(fields, name);
        return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
    }

    private static Instant date(String text) throws UpstreamException {
        try {
            return ZonedDateTime.parse(text.replaceAll("\\s+", " "), DATE).toInstant();
        } catch (DateTimeException e) {
            throw malformed("the Release file has no date but " + text, e);
        }
    }

    private static Map<String, FileEntry> files(Paragraph fields) throws UpstreamException {
        List<String> lines = fields.lines("SHA256");
        if (lines.isEmpty() || lines.size() > MAX_FILES) {
            throw new UpstreamException(
                    UpstreamException.Problem.MALFORMED, "the Release file lists no files by SHA256, or too many");
        }
        Map<String, FileEntry> files = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split("\\s+");
            if (parts.length != 3 || !parts[1].matches("[0-9]{1,15}") || !SafePath.isSafe(parts[2])) {
                throw new UpstreamException(UpstreamException.Problem.MALFORMED, "a line of SHA256: " + line);
            }
            files.put(parts[2], new FileEntry(parts[2], new Digest(parts[0]), Long.parseLong(parts[1])));
        }
        return Map.copyOf(files);
    }

    private static UpstreamException malformed(String message, Exception cause) {
        return new UpstreamException(UpstreamException.Problem.MALFORMED, message, cause);
    }
}
