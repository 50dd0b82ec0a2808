package org.cloister.repo.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.TokenId;
import org.cloister.repo.console.model.Notice;
import org.cloister.repo.log.SettableClock;
import org.junit.jupiter.api.Test;

/** Sessions and failed attempts end, and there are never more than so many. */
class SignInLimitsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final TokenId TOKEN = new TokenId("abcdefghijkl");

    private final SettableClock clock = new SettableClock(NOW);
    private final Sessions sessions = new Sessions(new SecureRandom(), clock);
    private final Attempts attempts = new Attempts(clock);

    @Test
    void aSessionIsFoundByItsCookieUntilItIsOver() {
        Sessions.Opened opened = sessions.open(TOKEN);

        assertThat(sessions.find(opened.cookie())).isSameAs(opened.session());
        assertThat(sessions.find(opened.cookie() + "x")).isNull();
        assertThat(sessions.find(null)).isNull();
        clock.set(NOW.plus(Sessions.LENGTH).minusMillis(1));
        assertThat(sessions.find(opened.cookie())).isNotNull();
        clock.set(NOW.plus(Sessions.LENGTH));
        assertThat(sessions.find(opened.cookie())).isNull();
    }

    @Test
    void aClosedSessionIsGone() {
        Sessions.Opened opened = sessions.open(TOKEN);
        sessions.close(opened.cookie());
        assertThat(sessions.find(opened.cookie())).isNull();
    }

    @Test
    void theOldestSessionEndsWhenThereAreTooMany() {
        List<String> cookies = new ArrayList<>();
        for (int i = 0; i <= Sessions.MAX; i++) {
            cookies.add(sessions.open(TOKEN).cookie());
        }
        assertThat(sessions.find(cookies.get(0))).isNull();
        assertThat(sessions.find(cookies.get(1))).isNotNull();
        assertThat(sessions.find(cookies.get(Sessions.MAX))).isNotNull();
    }

    @Test
    void aNoticeIsTakenOnce() {
        Session session = sessions.open(TOKEN).session();
        session.tell(Notice.good("done"));
        assertThat(session.takeNotice()).isEqualTo(Notice.good("done"));
        assertThat(session.takeNotice()).isNull();
    }

    @Test
    void whoFailedTooOftenWaitsUntilTheWhileIsOver() {
        for (int i = 0; i < Attempts.MAX; i++) {
            assertThat(attempts.wait("a")).isZero();
            attempts.failed("a");
        }
        assertThat(attempts.wait("a")).isEqualTo(Attempts.WHILE);
        assertThat(attempts.wait("b")).isZero();
        clock.set(NOW.plus(Duration.ofMinutes(1)));
        assertThat(attempts.wait("a")).isEqualTo(Attempts.WHILE.minusMinutes(1));
        clock.set(NOW.plus(Attempts.WHILE));
        assertThat(attempts.wait("a")).isZero();
    }

    @Test
    void whoSucceedsBeginsAnew() {
        for (int i = 0; i < Attempts.MAX - 1; i++) {
            attempts.failed("a");
        }
        attempts.succeeded("a");
        attempts.failed("a");
        assertThat(attempts.wait("a")).isZero();
    }

    @Test
    void addressesThatAreLongKnownAreForgottenWhenThereAreTooMany() {
        for (int i = 0; i < Attempts.MAX; i++) {
            attempts.failed("first");
        }
        for (int i = 0; i < Attempts.MAX_ADDRESSES; i++) {
            attempts.failed("other" + i);
        }
        assertThat(attempts.wait("first")).isZero();
    }
}
