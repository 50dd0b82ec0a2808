package org.cloister.events.log;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What the log was at a size (C2SP tlog-checkpoint): the text that is signed.
 *
 * @param origin names the log, for ever
 * @param size the number of events
 * @param root RFC 6962 root hash, 32 bytes
 */
public record Checkpoint(String origin, long size, byte[] root) {
    private static final int HASH_BYTES = 32;

    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0 || size < 0 || root.length != HASH_BYTES) {
            throw new IllegalArgumentException("not a checkpoint");
        }
        root = root.clone();
    }

    @Override
    public byte[] root() {
        return root.clone();
    }

    public String text() {
        return origin + '\n' + size + '\n' + Base64.getEncoder().encodeToString(root) + '\n';
    }

    /** @throws IllegalArgumentException if {@code text} isn't a checkpoint's text; extension lines are allowed */
    public static Checkpoint parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 3) {
            throw new IllegalArgumentException("a checkpoint has at least three lines");
        }
        return new Checkpoint(
                lines.get(0), Long.parseLong(lines.get(1)), Base64.getDecoder().decode(lines.get(2)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && origin.equals(that.origin)
                && size == that.size
                && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(root);
    }
}
