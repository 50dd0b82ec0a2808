package org.cloister.agent.guest;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.cloister.agent.control.Guest;
import org.cloister.events.GuestId;
import org.cloister.events.RootName;

/**
 * What a runner tells about its guest in the files {@code guest} and {@code ended}: NUL-separated {@code NAME=VALUE}. Whoever starts a guest writes them,
 * so they are not believed further than they are checked.
 *
 * @param start of the runner's process, in clock ticks since the boot (proc(5), stat, field 22)
 * @param reason why it ended; empty while it hasn't
 * @param warm the key of a guest that waits for a caller, or boots to wait; empty once it has one
 * @param services what the guest of a root's services was made from; empty of others
 */
record GuestRecord(Guest guest, long start, String reason, String warm, String services) {
    /** The longest command that a runner tells is shorter. */
    static final int MAX_BYTES = 16_384;

    private static final int MAX_TEXT = 500;

    /** Empty if {@code bytes} are no record. */
    static Optional<GuestRecord> parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : new String(bytes, StandardCharsets.UTF_8).split("\0", -1)) {
            int sign = field.indexOf('=');
            if (sign > 0) {
                fields.put(field.substring(0, sign), field.substring(sign + 1));
            }
        }
        try {
            Guest guest = new Guest(
                    new GuestId(fields.getOrDefault("id", "")),
                    new RootName(fields.getOrDefault("root", "")),
                    number(fields, "pid"),
                    Instant.ofEpochSecond(number(fields, "since")),
                    Math.toIntExact(number(fields, "memory")),
                    text(fields, "network"),
                    text(fields, "command"),
                    state(text(fields, "state")));
            return Optional.of(new GuestRecord(
                    guest,
                    number(fields, "start"),
                    text(fields, "reason"),
                    text(fields, "warm"),
                    text(fields, "services")));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException malformed) {
            return Optional.empty();
        }
    }

    private static Guest.State state(String text) {
        return Stream.of(Guest.State.values())
                .filter(state -> state.text().equals(text))
                .findFirst()
                .orElse(Guest.State.BOOTING);
    }

    private static long number(Map<String, String> fields, String name) {
        long number = Long.parseLong(fields.getOrDefault(name, ""));
        if (number < 0) {
            throw new IllegalArgumentException(name + " is negative");
        }
        return number;
    }

    private static String text(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "").replaceAll("\\p{Cntrl}", "?");
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }
}
