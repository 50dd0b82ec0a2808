package org.cloister.repo.listing;

import java.util.ArrayList;
import java.util.List;

/** The one form in which stanzas are kept: lines that aren't empty, each ending in LF, no comments. */
final class StanzaText {
    /** The longest stanza of Debian 12 has 60 kB; a page has to hold one that can't be compressed. */
    static final int MAX_BYTES = 160 * 1024;

    private StanzaText() {}

    /** @param text a paragraph as it was read, which may have CR LF, comments and a missing last line end */
    static String of(String text) {
        if (isClean(text)) {
            return text;
        }
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\r?\n", -1)) {
            if (!line.isBlank() && line.charAt(0) != '#') {
                lines.add(line);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static boolean isClean(String text) {
        return text.endsWith("\n")
                && text.indexOf('\r') < 0
                && !text.startsWith("#")
                && !text.startsWith("\n")
                && !text.contains("\n#")
                && !text.contains("\n\n");
    }

    /** In UTF-8. */
    static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // each half of a pair counts two of its four bytes
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
