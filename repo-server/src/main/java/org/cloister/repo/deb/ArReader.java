package org.cloister.repo.deb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The common ar format as far as deb(5) uses it: plain names of at most 16 characters, decimal sizes, members on even offsets.
 * Strict where the format is: what dpkg wouldn't read is refused.
 */
final class ArReader {
    private static final String MAGIC = "!<arch>\n";
    private static final int HEADER = 60;
    private static final int NAME = 16;
    private static final int SIZE_AT = 48;
    private static final int SIZE_DIGITS = 10;

    private final InputStream in;
    private boolean started;
    private long left;
    private boolean padded;

    ArReader(InputStream in) {
        this.in = in;
    }

    /** The name of the next member, or null at the end; what was left of the last one is skipped. */
    @Nullable
    String next() throws IOException {
        if (!started) {
            byte[] magic = in.readNBytes(MAGIC.length());
            if (!latin(magic, 0, magic.length).equals(MAGIC)) {
                throw new RefusedException(Refusal.NOT_AN_ARCHIVE, "the file doesn't begin as an ar archive");
            }
            started = true;
        }
        finishMember();
        byte[] header = in.readNBytes(HEADER);
        if (header.length == 0) {
            return null;
        }
        if (header.length < HEADER) {
            throw new RefusedException(Refusal.TRUNCATED, "the archive ends within a member's header");
        }
        return parse(header);
    }

    private String parse(byte[] header) throws RefusedException {
        if (header[HEADER - 2] != '`' || header[HEADER - 1] != '\n') {
            throw new RefusedException(Refusal.NOT_AN_ARCHIVE, "a member's header is damaged");
        }
        String size = latin(header, SIZE_AT, SIZE_DIGITS).stripTrailing();
        if (!size.matches("[0-9]{1,10}")) {
            throw new RefusedException(Refusal.NOT_AN_ARCHIVE, "a member's size is no number");
        }
        left = Long.parseLong(size);
        padded = left % 2 == 1;
        String name = latin(header, 0, NAME).stripTrailing();
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private void finishMember() throws IOException {
        if (left > 0) {
            member().skipNBytes(left);
        }
        if (padded) {
            padded = false;
            in.read();
        }
    }

    private static String latin(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** Bytes of the current member that weren't read yet. */
    long left() {
        return left;
    }

    /** The current member's content. Reading past a cut is refused as {@link Refusal#TRUNCATED}. Closing does nothing. */
    InputStream member() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (left == 0) {
                    return -1;
                }
                int n = in.read(bytes, offset, (int) Math.min(length, left));
                if (n < 0) {
                    throw new RefusedException(Refusal.TRUNCATED, "the archive ends " + left + " bytes too early");
                }
                left -= n;
                return n;
            }
        };
    }
}
