package org.cloister.agent.supervise;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lines of words between the agent and the first process of a sandbox; what isn't plain in a word is percent-encoded by the byte. */
final class Wire {
    private static final String PLAIN = "_./:=+,@-";
    private static final String DIGITS = "0123456789ABCDEF";
    private static final int HEX = 16;
    private static final int NIBBLE = 4;
    private static final int BYTE = 0xff;

    private Wire() {}

    /** With the end of the line. */
    static String line(List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty()) {
                line.append(' ');
            }
            for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                char c = (char) (b & BYTE);
                boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                if (letter || PLAIN.indexOf(c) >= 0) {
                    line.append(c);
                } else {
                    line.append('%').append(DIGITS.charAt(c >> NIBBLE)).append(DIGITS.charAt(c % HEX));
                }
            }
        }
        return line.append('\n').toString();
    }

    /** Never fails: the sandbox's processes have a say in what comes. Bytes that are no UTF-8 become question marks. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            words.add(word.indexOf('%') < 0 ? word : decoded(word));
        }
        return words;
    }

    private static String decoded(String word) {
        ByteBuffer bytes = ByteBuffer.allocate(word.length());
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean whole = c == '%' && i + 2 < word.length();
            int high = whole ? Character.digit(word.charAt(i + 1), HEX) : -1;
            int low = whole ? Character.digit(word.charAt(i + 2), HEX) : -1;
            if (high >= 0 && low >= 0) {
                bytes.put((byte) (high * HEX + low));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
}
