package org.cloister.repo.rpm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.cloister.events.Digest;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * One header structure: tags with values of a few types. Read by hand: the format is an index of 16-byte entries and a store of
 * bytes, and every offset and count in it is a stranger's. Nothing is believed before it was checked against the store.
 */
final class RpmHeader {
    private static final byte[] MAGIC = {(byte) 0x8e, (byte) 0xad, (byte) 0xe8, 1};
    private static final int INTRODUCTION = 16;
    private static final int ENTRY = 16;

    /** As rpm itself limits it. */
    private static final int MAX_ENTRIES = 0xffff;

    private static final int INT8 = 2;
    private static final int INT16 = 3;
    private static final int INT32 = 4;
    private static final int INT64 = 5;
    private static final int STRING = 6;
    private static final int STRING_ARRAY = 8;
    private static final int I18N_STRING = 9;

    private record Entry(int type, int offset, int count) {}

    private final byte[] store;
    private final Map<Integer, Entry> entries;
    private final String sha256;
    private final int length;

    private RpmHeader(byte[] store, Map<Integer, Entry> entries, String sha256, int length) {
        this.store = store;
        this.entries = entries;
        this.sha256 = sha256;
        this.length = length;
    }

    /** @param limit bytes of index and store together */
    static RpmHeader read(InputStream in, int limit) throws IOException {
        ByteBuffer introduction = ByteBuffer.wrap(exactly(in, INTRODUCTION));
        for (byte expected : MAGIC) {
            if (introduction.get() != expected) {
                throw corrupt("it doesn't begin as a header of version 1");
            }
        }
        introduction.getInt();
        int count = introduction.getInt();
        int size = introduction.getInt();
        if (count < 0 || count > MAX_ENTRIES || size < 0 || (long) count * ENTRY + size > limit) {
            throw new RefusedException(
                    Refusal.CONTROL_TOO_LARGE,
                    "a header of " + Integer.toUnsignedString(count) + " tags and " + Integer.toUnsignedString(size)
                            + " bytes, beyond the limit of " + limit + " bytes");
        }
        byte[] index = exactly(in, count * ENTRY);
        byte[] store = exactly(in, size);
        MessageDigest hash = Digest.sha256();
        hash.update(introduction.array());
        hash.update(index);
        hash.update(store);
        return new RpmHeader(
                store,
                entries(ByteBuffer.wrap(index), size),
                HexFormat.of().formatHex(hash.digest()),
                INTRODUCTION + index.length + size);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new RefusedException(Refusal.TRUNCATED, "the file ends within a header");
        }
        return bytes;
    }

    private static Map<Integer, Entry> entries(ByteBuffer index, int size) throws RefusedException {
        Map<Integer, Entry> entries = new HashMap<>();
        while (index.hasRemaining()) {
            int tag = index.getInt();
            Entry entry = new Entry(index.getInt(), index.getInt(), index.getInt());
            if (entry.offset() < 0 || entry.offset() > size || entry.count() < 0 || entry.count() > size) {
                throw corrupt("tag " + tag + " leads out of it");
            }
            if (entries.putIfAbsent(tag, entry) != null) {
                throw corrupt("tag " + tag + " stands in it twice");
            }
        }
        return entries;
    }

    private static RefusedException corrupt(String detail) {
        return new RefusedException(Refusal.CORRUPT_HEADER, "a header is damaged: " + detail);
    }

    /** Of the whole structure, hex. */
    String sha256() {
        return sha256;
    }

    /** Bytes of the whole structure. */
    int length() {
        return length;
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** The first string of a tag; null if it is absent. */
    @Nullable
    String text(int tag) throws RefusedException {
        List<String> texts = texts(tag);
        return texts.isEmpty() ? null : texts.get(0);
    }

    /** @throws RefusedException if the tag is absent */
    String require(int tag, String what) throws RefusedException {
        String text = text(tag);
        if (text == null || text.isEmpty()) {
            throw corrupt("it has no " + what);
        }
        return text;
    }

    /** All strings of a tag; none if it is absent. What isn't UTF-8 is taken as ISO 8859-1. */
    List<String> texts(int tag) throws RefusedException {
        List<String> texts = new ArrayList<>();
        for (byte[] each : byteStrings(tag)) {
            texts.add(decoded(each));
        }
        return texts;
    }

    /** All strings of a tag as they are; none if it is absent. */
    List<byte[]> byteStrings(int tag) throws RefusedException {
        Entry entry = entries.get(tag);
        if (entry == null) {
            return List.of();
        }
        if (entry.type() != STRING && entry.type() != STRING_ARRAY && entry.type() != I18N_STRING) {
            throw corrupt("tag " + tag + " is no text");
        }
        List<byte[]> strings = new ArrayList<>();
        int at = entry.offset();
        for (int i = 0; i < entry.count(); i++) {
            int end = at;
            while (end < store.length && store[end] != 0) {
                end++;
            }
            if (end == store.length) {
                throw corrupt("tag " + tag + " has no end");
            }
            strings.add(java.util.Arrays.copyOfRange(store, at, end));
            at = end + 1;
        }
        return strings;
    }

    private static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** All numbers of a tag, unsigned except those of 64 bits; none if it is absent. */
    long[] numbers(int tag) throws RefusedException {
        Entry entry = entries.get(tag);
        if (entry == null) {
            return new long[0];
        }
        int width = switch (entry.type()) {
            case INT8 -> Byte.BYTES;
            case INT16 -> Short.BYTES;
            case INT32 -> Integer.BYTES;
            case INT64 -> Long.BYTES;
            default -> throw corrupt("tag " + tag + " is no number");
        };
        if (entry.offset() + (long) entry.count() * width > store.length) {
            throw corrupt("tag " + tag + " leads out of it");
        }
        ByteBuffer bytes = ByteBuffer.wrap(store, entry.offset(), entry.count() * width);
        long[] numbers = new long[entry.count()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (width) {
                case Byte.BYTES -> bytes.get() & 0xffL;
                case Short.BYTES -> bytes.getShort() & 0xffffL;
                case Integer.BYTES -> bytes.getInt() & 0xffffffffL;
                default -> bytes.getLong();
            };
        }
        return numbers;
    }

    /** The first number of a tag, or another if it is absent. */
    long number(int tag, long otherwise) throws RefusedException {
        long[] numbers = numbers(tag);
        return numbers.length == 0 ? otherwise : numbers[0];
    }

    /** A list's bytes as they are written before a list, for messages. */
    static byte[] joined(byte[] directory, byte[] name) {
        ByteArrayOutputStream path = new ByteArrayOutputStream(directory.length + name.length);
        path.writeBytes(directory);
        path.writeBytes(name);
        return path.toByteArray();
    }
}
