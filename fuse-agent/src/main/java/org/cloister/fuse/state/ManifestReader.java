package org.cloister.fuse.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.LowerEntry.Kind;
import org.cloister.fuse.tree.LowerLayer;

/**
 * Reads a manifest (docs/protocol.md, "Layer manifest") into the columns of a layer in one pass and with no object for an entry:
 * a million entries in the time that {@link Manifest#parse} needs for fifty thousand. It understands what that accepts in the same way, and refuses
 * what could not be shown; that the text is the canonical one is for its digest to say. For one thread.
 */
final class ManifestReader {
    private static final byte[] HEADER = "cloister-manifest 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_PATH = 4096;
    private static final int NANOS_DIGITS = 9;
    private static final long NANOS = 1_000_000_000L;
    /** Seconds that fit into nanoseconds of a long. */
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS - 1;

    private static final int DIGEST = 32;

    private final byte[] text;
    private final LowerLayer.Builder layer;
    private int at;
    private byte[] path = new byte[MAX_PATH];
    private int pathLength;
    private byte[] before = new byte[MAX_PATH];
    private int beforeLength;
    private final byte[] digest = new byte[DIGEST];

    private ManifestReader(LayerId id, byte[] text) {
        this.text = text;
        int lines = 0;
        for (byte b : text) {
            lines += b == '\n' ? 1 : 0;
        }
        if (lines - 1 > Manifest.MAX_ENTRIES) {
            throw new IllegalArgumentException("more than " + Manifest.MAX_ENTRIES + " entries");
        }
        this.layer = new LowerLayer.Builder(id, Math.max(0, lines - 1));
    }

    /** Throws {@link IllegalArgumentException} that says what cannot be understood. */
    static LowerLayer.Builder read(LayerId id, byte[] text) {
        ManifestReader reader = new ManifestReader(id, text);
        if (text.length < HEADER.length
                || !Arrays.equals(text, 0, HEADER.length, HEADER, 0, HEADER.length)
                || text[text.length - 1] != '\n') {
            throw new IllegalArgumentException("not a manifest of version 1, or cut");
        }
        reader.at = HEADER.length;
        while (reader.at < text.length) {
            reader.entry();
        }
        return reader.layer;
    }

    private void entry() {
        int line = at;
        byte letter = text[at++];
        if (letter == '\n') {
            throw broken("an empty line", line);
        }
        tab(line);
        int permissions = (int) number(8, 07777, line);
        tab(line);
        int uid = (int) number(10, Integer.MAX_VALUE, line);
        tab(line);
        int gid = (int) number(10, Integer.MAX_VALUE, line);
        tab(line);
        long mtime = time(line);
        tab(line);
        long size = number(10, Long.MAX_VALUE, line);
        tab(line);
        path(line);
        tab(line);
        int argument = at;
        int end = fieldEnd();
        at = end;
        switch (letter) {
            case 'd' -> bare(Kind.DIRECTORY, permissions, uid, gid, mtime, argument, line);
            case 'o' -> bare(Kind.OPAQUE, permissions, uid, gid, mtime, argument, line);
            case 'p' -> bare(Kind.FIFO, permissions, uid, gid, mtime, argument, line);
            case 'w' -> bare(Kind.WHITEOUT, permissions, uid, gid, mtime, argument, line);
            case 'f' -> {
                hex(argument, end, line);
                layer.add(path, pathLength, Kind.FILE, permissions, uid, gid, mtime, size)
                        .object(digest);
            }
            case 'l' ->
                layer.add(path, pathLength, Kind.LINK, permissions, uid, gid, mtime, 0)
                        .target(unescaped(argument, end));
            case 'c' -> device(Kind.CHARACTER, permissions, uid, gid, mtime, argument, end, line);
            case 'b' -> device(Kind.BLOCK, permissions, uid, gid, mtime, argument, end, line);
            case 'h' -> layer.link(string(path, 0, pathLength), unescaped(argument, end));
            default -> throw broken("unknown entry type", line);
        }
        if (text[at] == '\t') {
            Attributes attributes = attributes(line);
            if (letter != 'h') {
                layer.attributes(attributes);
            }
        }
        at++;
    }

    private void bare(Kind kind, int permissions, int uid, int gid, long mtime, int argument, int line) {
        if (at != argument + 1 || text[argument] != '-') {
            throw broken("this type has no argument", line);
        }
        layer.add(path, pathLength, kind, permissions, uid, gid, mtime, 0);
    }

    private void device(Kind kind, int permissions, int uid, int gid, long mtime, int argument, int end, int line) {
        at = argument;
        long major = number(10, 99_999_999, line);
        if (text[at++] != ':') {
            throw broken("a device has major:minor", line);
        }
        long minor = number(10, 99_999_999, line);
        if (at != end) {
            throw broken("a device has major:minor", line);
        }
        layer.add(path, pathLength, kind, permissions, uid, gid, mtime, 0).device(major << 32 | minor);
    }

    private void tab(int line) {
        if (text[at++] != '\t') {
            throw broken("a manifest line has at least 8 fields", line);
        }
    }

    /** The text ends with a newline, so no scan runs over its end. */
    private long number(int radix, long max, int line) {
        int start = at;
        long value = 0;
        while (text[at] >= '0' && text[at] < '0' + radix) {
            if (value > (max - (text[at] - '0')) / radix) {
                throw broken("a number is out of range", line);
            }
            value = value * radix + (text[at++] - '0');
        }
        if (at == start) {
            throw broken("not a number", line);
        }
        return value;
    }

    private long time(int line) {
        boolean past = text[at] == '-';
        at += past ? 1 : 0;
        long seconds = number(10, Long.MAX_VALUE, line);
        if (text[at++] != '.') {
            throw broken("not a time", line);
        }
        int digits = at;
        long nanos = number(10, NANOS - 1, line);
        if (at - digits != NANOS_DIGITS) {
            throw broken("not a time", line);
        }
        return Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, past ? -seconds : seconds)) * NANOS + nanos;
    }

    /** Into {@link #path}; sorted strictly, so that none is there twice. */
    private void path(int line) {
        byte[] spare = before;
        before = path;
        beforeLength = pathLength;
        path = spare;
        int end = fieldEnd();
        pathLength = 0;
        while (at < end) {
            if (pathLength == MAX_PATH) {
                throw broken("a path is too long", line);
            }
            byte b = text[at++];
            path[pathLength++] = b == '%' ? escape(end) : b;
        }
        checkComponents(line);
        if (Arrays.compareUnsigned(before, 0, beforeLength, path, 0, pathLength) >= 0) {
            throw broken("not sorted, or twice", line);
        }
    }

    private void checkComponents(int line) {
        int start = 0;
        for (int i = 0; i <= pathLength; i++) {
            if (i < pathLength && path[i] == 0) {
                throw broken("not a path", line);
            }
            if (i == pathLength || path[i] == '/') {
                int length = i - start;
                boolean dots = length <= 2 && length > 0 && path[start] == '.' && path[i - 1] == '.';
                if (length == 0 || dots) {
                    throw broken("a path is relative and has no empty component, . or ..", line);
                }
                start = i + 1;
            }
        }
    }

    private int fieldEnd() {
        int end = at;
        while (text[end] != '\t' && text[end] != '\n') {
            end++;
        }
        return end;
    }

    /** The two digits behind a percent sign. */
    private byte escape(int end) {
        if (at + 2 > end) {
            throw new IllegalArgumentException("an escape is cut");
        }
        int high = Character.digit(text[at++], 16);
        int low = Character.digit(text[at++], 16);
        if (high < 0 || high > 7 || low < 0) {
            throw new IllegalArgumentException("an escape is two hexadecimal digits below 80");
        }
        return (byte) (high << 4 | low);
    }

    /** A field as the string of its bytes. */
    private String unescaped(int start, int end) {
        byte[] plain = new byte[end - start];
        int length = 0;
        int resume = at;
        at = start;
        while (at < end) {
            byte b = text[at++];
            plain[length++] = b == '%' ? escape(end) : b;
        }
        at = resume;
        if (length == 0 || string(plain, 0, length).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a link has a target");
        }
        return string(plain, 0, length);
    }

    private static String string(byte[] bytes, int start, int length) {
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }

    private void hex(int start, int end, int line) {
        if (end - start != 2 * DIGEST) {
            throw broken("not a SHA-256 digest", line);
        }
        for (int i = 0; i < DIGEST; i++) {
            int high = digit(text[start + 2 * i]);
            int low = digit(text[start + 2 * i + 1]);
            if ((high | low) < 0) {
                throw broken("not a SHA-256 digest", line);
            }
            digest[i] = (byte) (high << 4 | low);
        }
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
    }

    private Attributes attributes(int line) {
        Map<String, byte[]> values = new HashMap<>();
        while (text[at] == '\t') {
            int start = ++at;
            int end = fieldEnd();
            int equals = start;
            while (equals < end && text[equals] != '=') {
                equals++;
            }
            if (equals == start || equals == end) {
                throw broken("not NAME=BASE64", line);
            }
            values.put(
                    unescaped(start, equals), Base64.getDecoder().decode(string(text, equals + 1, end - equals - 1)));
            at = end;
        }
        return Attributes.of(values);
    }

    private IllegalArgumentException broken(String rule, int line) {
        int end = line;
        while (text[end] != '\n') {
            end++;
        }
        return new IllegalArgumentException(rule + ": " + new String(text, line, end - line, StandardCharsets.UTF_8));
    }
}
