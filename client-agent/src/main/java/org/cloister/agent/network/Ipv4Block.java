package org.cloister.agent.network;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses that share their first {@code length} bits (RFC 4632), written {@code 10.213.0.4/30}. */
record Ipv4Block(int address, int length) {
    private static final int BITS = 32;
    private static final int OCTET = 0xff;
    private static final int[] SHIFTS = {24, 16, 8, 0};
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})/([0-9]|[12][0-9]|3[0-2])");

    Ipv4Block {
        if ((address & ~mask(length)) != 0) {
            throw new IllegalArgumentException("not the first address of a block of length " + length);
        }
    }

    /** @throws IllegalArgumentException if {@code text} isn't a block */
    static Ipv4Block parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a block of addresses: " + text);
        }
        int address = 0;
        for (int i = 0; i < SHIFTS.length; i++) {
            int octet = Integer.parseInt(matcher.group(i + 1));
            if (octet > OCTET) {
                throw new IllegalArgumentException("not a block of addresses: " + text);
            }
            address |= octet << SHIFTS[i];
        }
        return new Ipv4Block(address, Integer.parseInt(matcher.group(SHIFTS.length + 1)));
    }

    static int mask(int length) {
        return length == 0 ? 0 : -1 << (BITS - length);
    }

    boolean overlaps(Ipv4Block other) {
        int mask = mask(Math.min(length, other.length));
        return (address & mask) == (other.address & mask);
    }

    /** The block of {@code subLength} that has the number {@code index} in this one. */
    Ipv4Block part(int index, int subLength) {
        return new Ipv4Block(address + (index << (BITS - subLength)), subLength);
    }

    /** How many blocks of {@code subLength} are in it. */
    int parts(int subLength) {
        return 1 << (subLength - length);
    }

    /** The address number {@code n} of the block, in dots. */
    String at(int n) {
        int value = address + n;
        return String.format(
                Locale.ROOT,
                "%d.%d.%d.%d",
                value >>> SHIFTS[0],
                value >>> SHIFTS[1] & OCTET,
                value >>> SHIFTS[2] & OCTET,
                value & OCTET);
    }

    @Override
    public String toString() {
        return at(0) + "/" + length;
    }
}
