package org.cloister.repo.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of a tile as C2SP tlog-tiles writes it in a path: {@code x001/x234/067}, and {@code 067.p/12} for the first twelve
 * hashes of a tile that isn't full.
 */
record TileIndex(long index, int width) {
    static final int FULL = 256;

    private static final Pattern FORM = Pattern.compile("((?:x[0-9]{3}/){0,3})([0-9]{3})(?:\\.p/([0-9]{1,3}))?");

    /** Empty if it isn't one, or not in its shortest form. */
    static Optional<TileIndex> parse(String path) {
        Matcher matcher = FORM.matcher(path);
        if (!matcher.matches() || path.startsWith("x000/")) {
            return Optional.empty();
        }
        String digits = matcher.group(1).replaceAll("[x/]", "") + matcher.group(2);
        String partial = matcher.group(3);
        int width = partial == null ? FULL : Integer.parseInt(partial);
        boolean canonical = partial == null || (width >= 1 && width < FULL && !partial.startsWith("0"));
        return canonical ? Optional.of(new TileIndex(Long.parseLong(digits), width)) : Optional.empty();
    }
}
