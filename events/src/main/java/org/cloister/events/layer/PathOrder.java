package org.cloister.events.layer;

import java.util.Comparator;

/** The order of paths in a manifest: unsigned UTF-8 bytes, which for valid strings is the order of code points. */
public enum PathOrder implements Comparator<String> {
    UTF8;

    @Override
    public int compare(String a, String b) {
        int end = Math.min(a.length(), b.length());
        for (int i = 0; i < end; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : x - y;
            }
        }
        return a.length() - b.length();
    }
}
