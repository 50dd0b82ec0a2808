package org.cloister.events.sign;

import java.nio.charset.StandardCharsets;
import org.cloister.events.Digest;

/**
 * What a publisher signs of a package: two lines of ASCII, each ending in LF. The first says what it is, so that no signature of a mail,
 * a file, a checkpoint or a report passes for one of a package, or the other way round; the second names the artifact, in which name and
 * version stand.
 */
public final class PackageStatement {
    private static final String HEAD = "cloister package statement 1\n";

    private PackageStatement() {}

    /** The bytes that are signed. */
    public static byte[] of(Digest artifact) {
        return (HEAD + "artifact " + artifact + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
