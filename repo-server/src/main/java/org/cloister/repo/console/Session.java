package org.cloister.repo.console;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.TokenId;
import org.cloister.repo.console.model.Notice;
import org.jspecify.annotations.Nullable;

/** One sign-in. Thread-safe. Opens nothing once its token opens nothing. */
final class Session {
    private final TokenId token;
    private final String formToken;
    private final Instant expires;
    private final AtomicReference<@Nullable Notice> notice = new AtomicReference<>();

    Session(TokenId token, String formToken, Instant expires) {
        this.token = token;
        this.formToken = formToken;
        this.expires = expires;
    }

    TokenId token() {
        return token;
    }

    /** What the forms of this session carry. */
    String formToken() {
        return formToken;
    }

    boolean isOver(Instant now) {
        return !now.isBefore(expires);
    }

    /** Tells something on the next page. */
    void tell(Notice text) {
        notice.set(text);
    }

    /** What is to be told, once. */
    @Nullable
    Notice takeNotice() {
        return notice.getAndSet(null);
    }
}
