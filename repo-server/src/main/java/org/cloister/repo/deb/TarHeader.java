package org.cloister.repo.deb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;

/**
 * The 512 bytes before each entry: POSIX ustar, GNU and the older form without a magic (POSIX.1-2001 pax, "ustar Interchange
 * Format"; GNU tar's manual, "Basic Tar Format"). Numbers may be octal or, as GNU writes large ones, base 256.
 */
record TarHeader(byte[] block) {
    static final int SIZE = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE_AT = 156;
    private static final int LINK_AT = 157;
    private static final int MAGIC_AT = 257;
    private static final int PREFIX_AT = 345;
    private static final int NAME_LENGTH = 100;
    private static final int PREFIX_LENGTH = 155;

    boolean isZero() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes, its own field as blanks; some old writers summed signed bytes. */
    void check() throws RefusedException {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < SIZE; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            unsigned += own ? ' ' : block[i] & 0xff;
            signed += own ? ' ' : block[i];
        }
        long stated = number(CHECKSUM_AT, CHECKSUM_LENGTH, "checksum");
        if (stated != unsigned && stated != signed) {
            throw new RefusedException(Refusal.CORRUPT_TAR, "a tar header's checksum is wrong");
        }
    }

    char type() {
        return (char) (block[TYPE_AT] & 0xff);
    }

    /** Raw bytes: whether they are UTF-8 is another question. */
    byte[] name() {
        byte[] name = text(0, NAME_LENGTH);
        boolean ustar = block[MAGIC_AT + 5] == 0 && latin(MAGIC_AT, 5).equals("ustar");
        byte[] prefix = ustar ? text(PREFIX_AT, PREFIX_LENGTH) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        whole[prefix.length] = '/';
        System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
        return whole;
    }

    byte[] link() {
        return text(LINK_AT, NAME_LENGTH);
    }

    int mode() throws RefusedException {
        return (int) number(100, 8, "mode") & 07777;
    }

    long uid() throws RefusedException {
        return number(108, 8, "owner");
    }

    long gid() throws RefusedException {
        return number(116, 8, "group");
    }

    long size() throws RefusedException {
        return number(124, 12, "size");
    }

    long mtime() throws RefusedException {
        return number(136, 12, "time");
    }

    long major() throws RefusedException {
        return number(329, 8, "device");
    }

    long minor() throws RefusedException {
        return number(337, 8, "device");
    }

    private byte[] text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, at, end);
    }

    private String latin(int at, int length) {
        return new String(block, at, length, StandardCharsets.ISO_8859_1);
    }

    private long number(int at, int length, String what) throws RefusedException {
        if ((block[at] & 0x80) != 0) {
            return base256(at, length, what);
        }
        String digits = latin(at, length).replace('\0', ' ').strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw new RefusedException(Refusal.CORRUPT_TAR, "a tar header's " + what + " is no number");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    /** Two's complement, the first bit a marker. */
    private long base256(int at, int length, String what) throws RefusedException {
        boolean negative = (block[at] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int digit = i == 0 ? (block[at] & 0x3f) | (negative ? 0xc0 : 0) : block[at + i] & 0xff;
            long shifted = value << 8 | digit;
            if (shifted >> 8 != value) {
                throw new RefusedException(Refusal.CORRUPT_TAR, "a tar header's " + what + " is out of range");
            }
            value = shifted;
        }
        return value;
    }
}
