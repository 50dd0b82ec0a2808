package org.cloister.fuse.tree;

/** Names and paths are strings of bytes: each character is one byte (Latin-1), which Java keeps in one byte too. */
final class ByteString {
    private ByteString() {}

    @SuppressWarnings("deprecation") // the one constructor that takes bytes as characters without a charset
    static String of(byte[] bytes, int start, int length) {
        return new String(bytes, 0, start, length);
    }

    /** Throws {@link IllegalArgumentException} for a character that is no byte. */
    static byte[] bytes(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c > 0xff) {
                throw new IllegalArgumentException("not a string of bytes: " + text);
            }
            bytes[i] = (byte) c;
        }
        return bytes;
    }
}
