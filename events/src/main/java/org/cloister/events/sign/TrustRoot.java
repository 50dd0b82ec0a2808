package org.cloister.events.sign;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.cloister.events.log.NoteKey;

/**
 * Which keys speak for a repository, as its root keys say, which are kept away from it (after TUF, section 4.3). Of one root there is one
 * text, which is what is signed; its first line says what it is, so that no signature of anything else passes for one of a root.
 *
 * @param origin of the repository's log: a root of one repository says nothing of another
 * @param version 1 for the first; each next one is one more
 * @param expires in whole seconds; from then on whoever believes the root is told to look for a newer one
 * @param threshold how many of the root keys must sign, from 1
 * @param rootKeys at most {@value #MAX_ROOT_KEYS}, distinct
 * @param checkpointKeys that may sign the log's checkpoints, at most {@value #MAX_ONLINE_KEYS}, distinct; each has the origin for its name
 * @param releaseKeys fingerprints of OpenPGP keys that may sign Release files, in upper-case hexadecimal digits; at most
 *     {@value #MAX_ONLINE_KEYS}, distinct
 */
public record TrustRoot(
        String origin,
        int version,
        Instant expires,
        int threshold,
        List<Ed25519Key> rootKeys,
        List<NoteKey> checkpointKeys,
        List<String> releaseKeys) {
    public static final int MAX_ROOT_KEYS = 16;
    public static final int MAX_ONLINE_KEYS = 8;
    /** A rotation a day for 270 years. */
    public static final int MAX_VERSION = 100_000;

    private static final String HEAD = "cloister trust root 1";
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{40}([0-9A-F]{24})?");

    public TrustRoot {
        rootKeys = List.copyOf(rootKeys);
        checkpointKeys = List.copyOf(checkpointKeys);
        releaseKeys = List.copyOf(releaseKeys);
        require(version >= 1 && version <= MAX_VERSION, "a version from 1 to " + MAX_VERSION);
        require(expires.equals(expires.truncatedTo(ChronoUnit.SECONDS)), "an end in whole seconds");
        requireDistinct(rootKeys, MAX_ROOT_KEYS, "root keys");
        requireDistinct(checkpointKeys, MAX_ONLINE_KEYS, "checkpoint keys");
        requireDistinct(releaseKeys, MAX_ONLINE_KEYS, "release keys");
        require(
                !hasOnline(rootKeys, checkpointKeys),
                "root keys that are kept away from the repository, and so none that signs checkpoints");
        require(!checkpointKeys.isEmpty(), "a checkpoint key");
        require(threshold >= 1 && threshold <= rootKeys.size(), "a threshold from 1 to the number of its root keys");
        for (NoteKey key : checkpointKeys) {
            require(key.name().equals(origin), "checkpoint keys of its own log, " + origin);
        }
        for (String key : releaseKeys) {
            require(FINGERPRINT.matcher(key).matches(), "fingerprints of release keys");
        }
    }

    private static boolean hasOnline(List<Ed25519Key> rootKeys, List<NoteKey> checkpointKeys) {
        return checkpointKeys.stream().anyMatch(key -> rootKeys.contains(new Ed25519Key(key.key())));
    }

    private static void require(boolean held, String what) {
        if (!held) {
            throw new IllegalArgumentException("a trust root has " + what);
        }
    }

    private static void requireDistinct(List<?> keys, int limit, String what) {
        require(
                keys.size() <= limit && new HashSet<>(keys).size() == keys.size(),
                "at most " + limit + " " + what + ", each once");
    }

    /** What is signed: lines of ASCII, each ending in LF. */
    public String text() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        line(text, "origin", origin);
        line(text, "version", String.valueOf(version));
        line(text, "expires", expires.toString());
        line(text, "threshold", String.valueOf(threshold));
        rootKeys.forEach(key -> line(text, "root", Base64.getEncoder().encodeToString(key.raw())));
        checkpointKeys.forEach(key -> line(text, "checkpoint", key.text()));
        releaseKeys.forEach(key -> line(text, "release", key));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException unless it is exactly what {@link #text} writes */
    static TrustRoot parse(String text) {
        Lines lines = new Lines(text);
        require(lines.next().equals(HEAD), "the first line \"" + HEAD + "\"");
        try {
            TrustRoot root = new TrustRoot(
                    lines.value("origin"),
                    Integer.parseInt(lines.value("version")),
                    Instant.parse(lines.value("expires")),
                    Integer.parseInt(lines.value("threshold")),
                    lines.values("root").stream()
                            .map(key -> new Ed25519Key(Base64.getDecoder().decode(key)))
                            .toList(),
                    lines.values("checkpoint").stream().map(NoteKey::parse).toList(),
                    lines.values("release"));
            require(root.text().equals(text), "its lines in their order, each as it is written, and no others");
            return root;
        } catch (DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException("a trust root has numbers and a time: " + e.getMessage(), e);
        }
    }

    /** Hands out lines from the first to the last. */
    private static final class Lines {
        private final List<String> lines;
        private int next;

        Lines(String text) {
            lines = text.lines().toList();
        }

        String next() {
            require(next < lines.size(), "more lines");
            return lines.get(next++);
        }

        String value(String name) {
            String line = next();
            require(line.startsWith(name + " "), "a line \"" + name + "\" here");
            return line.substring(name.length() + 1);
        }

        List<String> values(String name) {
            List<String> values = new ArrayList<>();
            while (next < lines.size() && lines.get(next).startsWith(name + " ")) {
                values.add(value(name));
            }
            return values;
        }
    }
}
