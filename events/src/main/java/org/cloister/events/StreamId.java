package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.cloister.events.layer.ClosureId;

/** The history that an event belongs to, {@code <kind>:<name>}; events of one stream are totally ordered by their version. */
public record StreamId(Kind kind, String name) {
    private static final int MAX_LENGTH = 200;

    /** What a stream is about; decides the topic that carries it. */
    public enum Kind {
        PACKAGE,
        MIRROR,
        CLOSURE,
        HOST,
        ACCESS,
        USER,
        DISTRIBUTION,
        ADVISORY,
        AUDIT,
        POOL,
        TRUST;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** As it stands before the colon. */
        public String text() {
            return text;
        }
    }

    public StreamId {
        if (name.isEmpty() || name.length() > MAX_LENGTH || hasBlankOrControl(name)) {
            throw new IllegalArgumentException("not a stream name: " + name);
        }
    }

    private static boolean hasBlankOrControl(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ' || name.charAt(i) == 0x7f) {
                return true;
            }
        }
        return false;
    }

    /** @throws IllegalArgumentException if the kind is unknown or the name is malformed */
    @JsonCreator
    public static StreamId parse(String text) {
        int colon = text.indexOf(':');
        for (Kind kind : Kind.values()) {
            if (colon == kind.text.length() && text.startsWith(kind.text)) {
                return new StreamId(kind, text.substring(colon + 1));
            }
        }
        throw new IllegalArgumentException("not a stream id: " + text);
    }

    public static StreamId ofPackage(String name) {
        return new StreamId(Kind.PACKAGE, name);
    }

    public static StreamId of(MirrorName mirror) {
        return new StreamId(Kind.MIRROR, mirror.text());
    }

    public static StreamId of(DistributionName distribution) {
        return new StreamId(Kind.DISTRIBUTION, distribution.text());
    }

    public static StreamId of(ClosureId closure) {
        return new StreamId(Kind.CLOSURE, closure.digest().hex());
    }

    public static StreamId of(HostId host) {
        return new StreamId(Kind.HOST, host.text());
    }

    public static StreamId of(Principal principal) {
        return new StreamId(Kind.ACCESS, principal.text());
    }

    public static StreamId of(AdvisoryId advisory) {
        return new StreamId(Kind.ADVISORY, advisory.text());
    }

    /** The organization's registry of system users. */
    public static StreamId users() {
        return new StreamId(Kind.USER, "organization");
    }

    /** What the repository found when it looked after itself. */
    public static StreamId audit() {
        return new StreamId(Kind.AUDIT, "repository");
    }

    /** How long the pool keeps what, and what went. */
    public static StreamId pool() {
        return new StreamId(Kind.POOL, "repository");
    }

    /** Whose signatures the repository takes. */
    public static StreamId trust() {
        return new StreamId(Kind.TRUST, "repository");
    }

    @JsonValue
    @Override
    public String toString() {
        return kind.text + ":" + name;
    }
}
