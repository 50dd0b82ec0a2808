package org.cloister.repo.control;

/** Equality of field names, in which A–Z and a–z are the same (Debian Policy 5.1). */
final class AsciiCase {
    private AsciiCase() {}

    static boolean same(byte[] bytes, int a, int b, int length) {
        for (int i = 0; i < length; i++) {
            if (lower(bytes[a + i]) != lower(bytes[b + i])) {
                return false;
            }
        }
        return true;
    }

    static boolean same(byte[] bytes, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (lower(bytes[from + i]) != lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}
