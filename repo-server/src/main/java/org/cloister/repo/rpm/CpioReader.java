package org.cloister.repo.rpm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.cloister.repo.artifact.ArchiveInput;
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

    private final ArchiveInput in;
    private final Sizes sizes;

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
        this.in = new ArchiveInput(in, "the payload ends too early");
        this.sizes = sizes;
    }

    /** The next entry, or null at the end mark; what was left of the last one's content is skipped. */
    @Nullable
    Entry next() throws IOException {
        in.end();
        align();
        String magic = latin(in.exactly(MAGIC));
        Entry entry = switch (magic) {
            case "070701", "070702" -> named();
            case "07070X" -> numbered();
            default -> throw corrupt("an entry begins with \"" + magic.replaceAll("[^!-~]", "?") + "\"");
        };
        if (entry != null) {
            in.begin(entry.size());
        }
        return entry;
    }

    private @Nullable Entry named() throws IOException {
        String fields = latin(in.exactly(FIELDS * FIELD));
        long size = number(fields, SIZE_FIELD);
        long nameSize = number(fields, NAME_SIZE_FIELD);
        if (nameSize < 1 || nameSize > MAX_NAME) {
            throw new RefusedException(Refusal.BAD_NAME, "a name of " + nameSize + " bytes");
        }
        byte[] name = in.exactly((int) nameSize);
        if (name[name.length - 1] != 0) {
            throw corrupt("a name without an end");
        }
        align();
        byte[] text = java.util.Arrays.copyOf(name, name.length - 1);
        return latin(text).equals(TRAILER) ? null : new Entry(text, -1, size);
    }

    private Entry numbered() throws IOException {
        long number = number(latin(in.exactly(FIELD)), 0);
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
        in.exactly((int) ((ALIGNMENT - in.position() % ALIGNMENT) % ALIGNMENT));
    }

    /** The current entry's content; reading past a cut is refused. */
    InputStream content() {
        return in.content();
    }
}
