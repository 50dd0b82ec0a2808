package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A port of the Internet's transport protocols, written {@code tcp/80}; the number is 1–65535 (RFC 6335, section 6). */
public record Port(Protocol protocol, int number) implements Comparable<Port> {
    /** The greatest number of a port. */
    public static final int MAX = 65_535;

    private static final Pattern FORM = Pattern.compile("(tcp|udp)/([1-9][0-9]{0,4})");

    /** Each has ports of its own. */
    public enum Protocol {
        TCP,
        UDP;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** As the kernel and nftables call it. */
        public String text() {
            return text;
        }
    }

    public Port {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException("no port has the number " + number);
        }
    }

    /** @throws IllegalArgumentException if {@code text} isn't of the form {@code tcp/80} */
    @JsonCreator
    public static Port parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a port: " + text + " (write tcp/80 or udp/53)");
        }
        return new Port(
                Protocol.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), Integer.parseInt(matcher.group(2)));
    }

    public static Port tcp(int number) {
        return new Port(Protocol.TCP, number);
    }

    public static Port udp(int number) {
        return new Port(Protocol.UDP, number);
    }

    /** The port of another number. */
    public Port withNumber(int other) {
        return new Port(protocol, other);
    }

    @Override
    public int compareTo(Port other) {
        return Comparator.comparing(Port::protocol).thenComparing(Port::number).compare(this, other);
    }

    @JsonValue
    @Override
    public String toString() {
        return protocol.text() + "/" + number;
    }
}
