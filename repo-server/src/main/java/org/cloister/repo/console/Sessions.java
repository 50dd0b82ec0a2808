package org.cloister.repo.console;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cloister.events.Digest;
import org.cloister.events.TokenId;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in. In memory: a restart signs everybody out. Keeps only hashes of the ids, so that neither a heap dump nor the time
 * of a look-up tells one. Thread-safe.
 */
final class Sessions {
    /** A working day. */
    static final Duration LENGTH = Duration.ofHours(12);
    /** The oldest end when there are more. */
    static final int MAX = 1_000;

    private static final int ID_BYTES = 32;

    private final SecureRandom random;
    private final InstantSource clock;
    private final Map<Digest, Session> sessions = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Session> eldest) {
            return size() > MAX;
        }
    };

    /** A new session and what its holder's cookie says. */
    record Opened(Session session, String cookie) {}

    Sessions(SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    Opened open(TokenId token) {
        String cookie = secret();
        Session session = new Session(token, secret(), clock.instant().plus(LENGTH));
        synchronized (sessions) {
            sessions.put(Digest.ofText(cookie), session);
        }
        return new Opened(session, cookie);
    }

    /** Null if there is no such session or it is over. */
    @Nullable
    Session find(@Nullable String cookie) {
        if (cookie == null) {
            return null;
        }
        Digest key = Digest.ofText(cookie);
        synchronized (sessions) {
            Session session = sessions.get(key);
            if (session != null && session.isOver(clock.instant())) {
                sessions.remove(key);
                return null;
            }
            return session;
        }
    }

    void close(@Nullable String cookie) {
        if (cookie != null) {
            synchronized (sessions) {
                sessions.remove(Digest.ofText(cookie));
            }
        }
    }

    private String secret() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
