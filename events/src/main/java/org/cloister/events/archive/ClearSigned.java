package org.cloister.events.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A clearsigned message (RFC 9580, section 7) that is nothing but one: text before or after, which no signature covers, is an
 * error.
 *
 * @param text the message without its dash escapes, lines ending in LF
 * @param signature the armored signature
 */
record ClearSigned(byte[] text, byte[] signature) {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";

    static ClearSigned parse(byte[] message) throws NotSignedException {
        String all = new String(message, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        List<String> lines = new ArrayList<>(List.of(all.split("\n", -1)));
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        int blank = lines.indexOf("");
        int signature = lines.indexOf(SIGNATURE);
        boolean shaped = lines.indexOf(BEGIN) == 0
                && blank > 0
                && signature > blank
                && lines.indexOf(END) == lines.size() - 1
                && onlyHashHeaders(lines.subList(1, blank));
        if (!shaped) {
            throw new NotSignedException(
                    NotSignedException.Problem.UNSIGNED, "InRelease isn't exactly one clearsigned message");
        }
        return new ClearSigned(
                unescaped(lines.subList(blank + 1, signature)),
                latin(String.join("\n", lines.subList(signature, lines.size())) + "\n"));
    }

    private static boolean onlyHashHeaders(List<String> headers) {
        return headers.stream().allMatch(header -> header.startsWith("Hash: "));
    }

    private static byte[] unescaped(List<String> lines) throws NotSignedException {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (line.startsWith("-") && !line.startsWith("- ")) {
                throw new NotSignedException(
                        NotSignedException.Problem.UNSIGNED, "InRelease has a line that begins with an unescaped dash");
            }
            text.append(line.startsWith("- ") ? line.substring(2) : line).append('\n');
        }
        return latin(text.toString());
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What the signature covers: blanks at line ends left out, lines joined by CR LF, no line end at the end. */
    byte[] signedBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + text.length / 40);
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '\n') {
                continue;
            }
            int end = i;
            while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\t')) {
                end--;
            }
            if (start > 0) {
                out.write('\r');
                out.write('\n');
            }
            out.write(text, start, end - start);
            start = i + 1;
        }
        return out.toByteArray();
    }
}
