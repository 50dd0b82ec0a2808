package org.cloister.events;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A payload that others than administrators don't get: its digest stands in its place, so that the event's leaf can be computed and the
 * log be verified all the same. Only for the types named here: anything else that claims to be withheld was altered.
 */
public final class WithheldPayload {
    /** The hash of a token's secret half; a person's encrypted name. */
    private static final Set<String> TYPES = Set.of("TokenIssued", "PersonRegistered");

    private static final Pattern FORM = Pattern.compile("\\{\"withheld\":\"(sha256:[0-9a-f]{64})\"}");

    private WithheldPayload() {}

    /** The event as everybody may read it: itself, or without its payload. */
    public static RecordedEvent in(RecordedEvent event) {
        if (!TYPES.contains(event.type()) || isIn(event)) {
            return event;
        }
        return new RecordedEvent(
                event.position(),
                event.stream(),
                event.version(),
                event.type(),
                event.schema(),
                event.recordedAt(),
                event.principal(),
                event.correlation(),
                "{\"withheld\":\"" + Digest.ofText(event.payload()) + "\"}");
    }

    /** Whether the event came without its payload. */
    public static boolean isIn(RecordedEvent event) {
        return TYPES.contains(event.type()) && FORM.matcher(event.payload()).matches();
    }

    /** The digest of the payload as it is recorded. */
    static Digest digest(RecordedEvent event) {
        Matcher withheld = FORM.matcher(event.payload());
        return TYPES.contains(event.type()) && withheld.matches()
                ? Digest.parse(withheld.group(1))
                : Digest.ofText(event.payload());
    }
}
