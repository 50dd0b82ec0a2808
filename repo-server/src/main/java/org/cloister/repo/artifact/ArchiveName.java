package org.cloister.repo.artifact;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.cloister.events.layer.ManifestEntry;

/** Names as archives write them ({@code ./usr//bin/}, {@code /usr/bin}) made clean: relative to the root, {@code usr/bin}. */
public final class ArchiveName {
    /** Linux's NAME_MAX, bytes. */
    private static final int MAX_COMPONENT = 255;

    private ArchiveName() {}

    /** @throws RefusedException if they aren't UTF-8 or longer than a path can be */
    public static String text(byte[] bytes) throws RefusedException {
        if (bytes.length > ManifestEntry.MAX_PATH_BYTES) {
            throw new RefusedException(Refusal.BAD_NAME, "a name is longer than 4096 bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            RefusedException refused = new RefusedException(
                    Refusal.NAME_NOT_UTF8, "a name isn't UTF-8: " + new String(bytes, StandardCharsets.ISO_8859_1));
            refused.initCause(e);
            throw refused;
        }
    }

    /** Empty for the root itself. @throws RefusedException if the name has {@code ..} or can't be a file's */
    public static String clean(byte[] bytes) throws RefusedException {
        String name = text(bytes);
        StringBuilder clean = new StringBuilder(name.length());
        for (String component : name.split("/", -1)) {
            if (component.isEmpty() || component.equals(".")) {
                continue;
            }
            if (component.equals("..")) {
                throw new RefusedException(Refusal.LEAVES_ROOT, "a name with .. in it: " + name);
            }
            check(component);
            clean.append(clean.isEmpty() ? "" : "/").append(component);
        }
        return clean.toString();
    }

    /** A line break would forge lines of dpkg's .list file. */
    private static void check(String component) throws RefusedException {
        if (component.indexOf('\n') >= 0 || component.indexOf('\0') >= 0) {
            throw new RefusedException(Refusal.BAD_NAME, "a name with a line break or a zero byte");
        }
        if (component.getBytes(StandardCharsets.UTF_8).length > MAX_COMPONENT) {
            throw new RefusedException(Refusal.BAD_NAME, "a file name is longer than 255 bytes: " + component);
        }
    }
}
