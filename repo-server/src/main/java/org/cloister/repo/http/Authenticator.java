package org.cloister.repo.http;

import java.time.InstantSource;
import java.util.Locale;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.HostId;
import org.cloister.events.RequestId;
import org.cloister.events.TokenId;
import org.cloister.repo.command.Caller;
import org.jspecify.annotations.Nullable;

/** Tells who holds a bearer token (RFC 6750, section 2.1). Thread-safe, doesn't block. */
public final class Authenticator {
    private static final String SCHEME = "bearer ";

    private final Tokens tokens;
    private final InstantSource clock;
    private final Sightings sightings;

    public Authenticator(Tokens tokens, InstantSource clock) {
        this(tokens, clock, new Sightings());
    }

    /** @param sightings hears of everybody whose token is good */
    Authenticator(Tokens tokens, InstantSource clock, Sightings sightings) {
        this.tokens = tokens;
        this.clock = clock;
        this.sightings = sightings;
    }

    /** Whether the {@code Authorization} header holds a token that may be good somewhere. */
    boolean isToken(@Nullable String authorization) {
        return parsed(authorization) != null;
    }

    private static @Nullable BearerToken parsed(@Nullable String authorization) {
        return authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? null
                : BearerToken.parse(authorization.substring(SCHEME.length()).strip());
    }

    /** The caller with this {@code Authorization} header, or null if it opens nothing: unknown, revoked, expired or malformed. */
    @Nullable
    Caller authenticate(@Nullable String authorization) {
        BearerToken token = parsed(authorization);
        return token == null ? null : authenticate(token);
    }

    /** The caller who has this token, or null if it opens nothing: unknown, revoked or expired. */
    public @Nullable Caller authenticate(BearerToken token) {
        TokenIssued issued = tokens.find(token.id());
        if (issued == null || !token.matches(issued.secretHash()) || isExpired(issued)) {
            return null;
        }
        Caller caller = caller(issued);
        sightings.saw(caller, null, clock.instant());
        return caller;
    }

    /** What somebody who was authenticated says of the time. @param date the request's header {@code Date}, if it has one */
    void dated(Caller caller, @Nullable String date) {
        sightings.saw(caller, date, clock.instant());
    }

    /** A signed report of {@code host} was answered. */
    void reported(HostId host, long sequence, RequestId request) {
        sightings.reported(host, sequence, request, clock.instant());
    }

    /** The caller whose token was proven before, or null if it opens nothing any more. */
    public @Nullable Caller holder(TokenId id) {
        TokenIssued issued = tokens.find(id);
        return issued == null || isExpired(issued) ? null : caller(issued);
    }

    private static Caller caller(TokenIssued issued) {
        return new Caller(issued.principal(), issued.roles(), issued.host());
    }

    private boolean isExpired(TokenIssued issued) {
        return issued.expires() != null && !clock.instant().isBefore(issued.expires());
    }
}
