package org.cloister.repo.rpm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A payload's cpio archive, entry by entry, in bounded memory: the "new ASCII" format (cpio(5)), and rpm's own short form for packages
 * with files beyond 4 GiB, whose entries are a file's number in the header and its content. Only what says where content is
 * is read: the header says the rest.
 */
final class CpioReader {
    private static final String TRAILER = "TRAILER!!!";
    private static final int MAGIC = 6;
    private static final int FIELDS = 13;
    private static final int FIELD = 8;
    private static final int SIZE_FIELD = 6;
    private static final int NAME_SIZE_FIELD = 11;
    private static final int ALIGNMENT = 4;
    private static final int MAX_NAME = 4097;

    private final InputStream in;
    private final Sizes sizes;
    private long position;
    private long left;

    /** How long the content of a file of the short form is, by its number in the header. */
    @FunctionalInterface
    interface Sizes {
        /** @throws RefusedException if there is no such file */
        long of(long number) throws RefusedException;
    }

    /**
     * One entry.
     *
     * @param name as written; null in the short form
     * @param number in the header's list; -1 where a name is given
     */
    record Entry(byte @Nullable [] name, long number, long size) {}

    CpioReader(InputStream in, Sizes sizes) {
        this.in = in;
        this.sizes = sizes;
    }

    /** The next entry, or null at the end mark; what was left of the last one's content is skipped. */
    @Nullable
    Entry next() throws IOException {
        skip(left);
        left = 0;
        align();
        String magic = latin(exactly(MAGIC));
        Entry entry = switch (magic) {
            case "070701", "070702" -> named();
            case "07070X" -> numbered();
            default -> throw corrupt("an entry begins with \"" + magic.replaceAll("[^!-~]", "?") + "\"");
        };
        if (entry != null) {
            left = entry.size();
        }
        return entry;
    }

    private @Nullable Entry named() throws IOException {
        String fields = latin(exactly(FIELDS * FIELD));
        long size = number(fields, SIZE_FIELD);
        long nameSize = number(fields, NAME_SIZE_FIELD);
        if (nameSize < 1 || nameSize > MAX_NAME) {
            throw new RefusedException(Refusal.BAD_NAME, "a name of " + nameSize + " bytes");
        }
        byte[] name = exactly((int) nameSize);
        if (name[name.length - 1] != 0) {
            throw corrupt("a name without an end");
        }
        align();
        byte[] text = java.util.Arrays.copyOf(name, name.length - 1);
        return latin(text).equals(TRAILER) ? null : new Entry(text, -1, size);
    }

    private Entry numbered() throws IOException {
        long number = number(latin(exactly(FIELD)), 0);
        align();
        return new Entry(null, number, sizes.of(number));
    }

    private static long number(String fields, int index) throws RefusedException {
        String digits = fields.substring(index * FIELD, (index + 1) * FIELD);
        for (int i = 0; i < FIELD; i++) {
            if (Character.digit(digits.charAt(i), 16) < 0) {
                throw corrupt("a field is no number");
            }
        }
        return Long.parseLong(digits, 16);
    }

    private static RefusedException corrupt(String detail) {
        return new RefusedException(Refusal.CORRUPT_CPIO, "the payload is damaged: " + detail);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void align() throws IOException {
        exactly((int) ((ALIGNMENT - position % ALIGNMENT) % ALIGNMENT));
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw cut();
        }
        return bytes;
    }

    private void skip(long bytes) throws IOException {
        long rest = bytes;
        byte[] buffer = new byte[8192];
        while (rest > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
            if (n < 0) {
                throw cut();
            }
            position += n;
            rest -= n;
        }
    }

    private static RefusedException cut() {
        return new RefusedException(Refusal.TRUNCATED, "the payload ends too early");
    }

    /** The current entry's content; reading past a cut is refused. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0 || left == 0) {
                    return length == 0 ? 0 : -1;
                }
                int n = in.read(bytes, offset, (int) Math.min(length, left));
                if (n < 0) {
                    throw cut();
                }
                position += n;
                left -= n;
                return n;
            }
        };
    }
}
