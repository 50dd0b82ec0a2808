package org.cloister.repo.deb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.cloister.events.layer.FileTime;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The records of extended headers, {@code LENGTH KEY=VALUE\n} (POSIX.1-2001 pax, "pax Extended Header"), values as bytes.
 * A record of an entry's own header replaces one of the global header.
 */
record PaxRecords(Map<String, byte[]> records) {
    static final PaxRecords NONE = new PaxRecords(Map.of());
    private static final String XATTR = "SCHILY.xattr.";
    private static final String SPARSE = "GNU.sparse.";
    private static final String TIME = "-?[0-9]{1,12}(\\.[0-9]{0,30})?";
    private static final int MAX_RECORDS = 1_000;

    /** These records over those. */
    PaxRecords with(byte[] header) throws RefusedException {
        Map<String, byte[]> all = new HashMap<>(records);
        int at = 0;
        while (at < header.length) {
            int blank = indexOf(header, (byte) ' ', at);
            int end = at + length(header, at, blank);
            int equals = indexOf(header, (byte) '=', blank);
            if (end > header.length || equals >= end || header[end - 1] != '\n' || all.size() > MAX_RECORDS) {
                throw damaged();
            }
            String key = new String(header, blank + 1, equals - blank - 1, StandardCharsets.UTF_8);
            all.put(key, Arrays.copyOfRange(header, equals + 1, end - 1));
            at = end;
        }
        return new PaxRecords(all);
    }

    private static int length(byte[] header, int at, int blank) throws RefusedException {
        String digits = new String(header, at, blank - at, StandardCharsets.ISO_8859_1);
        if (!digits.matches("[0-9]{1,8}") || Integer.parseInt(digits) < digits.length() + 3) {
            throw damaged();
        }
        return Integer.parseInt(digits);
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) throws RefusedException {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw damaged();
    }

    private static RefusedException damaged() {
        return new RefusedException(Refusal.CORRUPT_TAR, "an extended tar header is damaged");
    }

    boolean isSparse() {
        return records.keySet().stream().anyMatch(key -> key.startsWith(SPARSE));
    }

    byte @Nullable [] bytes(String key) {
        return records.get(key);
    }

    /** @throws RefusedException if the record isn't a decimal number below 10^15 */
    long number(String key, long otherwise) throws RefusedException {
        byte[] value = records.get(key);
        if (value == null) {
            return otherwise;
        }
        String digits = new String(value, StandardCharsets.ISO_8859_1);
        if (!digits.matches("[0-9]{1,15}")) {
            throw damaged();
        }
        return Long.parseLong(digits);
    }

    FileTime mtime(long otherwise) throws RefusedException {
        byte[] value = records.get("mtime");
        if (value == null) {
            return new FileTime(otherwise, 0);
        }
        String text = new String(value, StandardCharsets.ISO_8859_1);
        if (!text.matches(TIME)) {
            throw damaged();
        }
        int dot = text.indexOf('.');
        long seconds = Long.parseLong(dot < 0 ? text : text.substring(0, dot));
        String fraction = (dot < 0 ? "" : text.substring(dot + 1)) + "000000000";
        int nanos = Integer.parseInt(fraction.substring(0, 9));
        boolean backwards = text.startsWith("-") && nanos > 0;
        return backwards ? new FileTime(seconds - 1, 1_000_000_000 - nanos) : new FileTime(seconds, nanos);
    }

    /** Extended attributes, base64. */
    Map<String, String> xattrs() {
        Map<String, String> found = new HashMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR) && key.length() > XATTR.length()) {
                found.put(key.substring(XATTR.length()), Base64.getEncoder().encodeToString(value));
            }
        });
        return found;
    }
}
