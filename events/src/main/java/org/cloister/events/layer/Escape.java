package org.cloister.events.layer;

/** Percent escapes of the manifest: {@code %}, control characters and space, and what else a field must not hold. */
final class Escape {
    private static final String HEX = "0123456789ABCDEF";

    private Escape() {}

    static void append(StringBuilder out, String text, char alsoEscaped) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '%' || c == alsoEscaped) {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
    }

    /** @throws IllegalArgumentException if an escape is cut or not canonical */
    static String undo(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int high = i + 2 < text.length() ? HEX.indexOf(text.charAt(i + 1)) : -1;
            int low = i + 2 < text.length() ? HEX.indexOf(text.charAt(i + 2)) : -1;
            if (high < 0 || low < 0 || high > 7) {
                throw new IllegalArgumentException("bad escape in " + text);
            }
            out.append((char) (high * 16 + low));
            i += 2;
        }
        return out.toString();
    }
}
