package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Who asked: a person, an agent ({@code host/<id>}) or the repository itself ({@code system}). At most 128 characters. */
public record Principal(String text) implements Comparable<Principal> {
    private static final String AGENT = "host/";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@/+-]{0,127}");

    /** Whoever came without a token that opens anything. */
    public static final Principal ANONYMOUS = new Principal("anonymous");

    @JsonCreator
    public Principal {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a principal: " + text);
        }
    }

    /** The agent of a host, which speaks with the token that it got when the host was enrolled. */
    public static Principal ofAgent(HostId host) {
        return new Principal(AGENT + host);
    }

    /** Whether this is {@link #ofAgent} of the host. */
    public boolean isAgentOf(HostId host) {
        return text.length() == AGENT.length() + host.text().length()
                && text.startsWith(AGENT)
                && text.endsWith(host.text());
    }

    @Override
    public int compareTo(Principal other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
