package org.cloister.repo.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of some content (RFC 9110, section 14). One range is honoured; a request for several, or one that isn't well-formed, gets
 * the whole content, as the RFC allows.
 *
 * @param offset of the first byte
 * @param length at least 1, but 0 for an empty content
 */
record ByteRange(long offset, long length) {
    private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** A range that no byte of the content is in. */
    static final ByteRange NONE = new ByteRange(-1, -1);

    static ByteRange whole(long size) {
        return new ByteRange(0, size);
    }

    boolean isWhole(long size) {
        return offset == 0 && length == size;
    }

    /** What {@code header} asks of {@code size} bytes; {@link #NONE} if none of them. */
    static ByteRange parse(@Nullable String header, long size) {
        Matcher matcher = header == null ? null : FORM.matcher(header.replace(" ", ""));
        if (matcher == null || !matcher.matches()) {
            return whole(size);
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? whole(size) : suffix(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return whole(size);
        }
        return from >= size ? NONE : new ByteRange(from, to - from + 1);
    }

    private static ByteRange suffix(long wanted, long size) {
        long length = Math.min(wanted, size);
        return length == 0 ? NONE : new ByteRange(size - length, length);
    }
}
