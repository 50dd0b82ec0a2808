package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.Principal;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private static final Principal ALICE = new Principal("alice");
    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

    private final List<RequestsRefused> recorded = new ArrayList<>();
    private boolean works = true;
    private long seconds;
    private final RefusalLog log = new RefusalLog(
            refusals -> {
                if (!works) {
                    return CompletableFuture.failedStage(new IllegalStateException("the database is away"));
                }
                recorded.addAll(refusals);
                return CompletableFuture.completedStage(true);
            },
            () -> START.plusSeconds(seconds));

    @Test
    void theSameAgainIsCountedAndNotRepeated() {
        log.note(ALICE, "192.0.2.1", "installPackages", "role-missing");
        seconds = 3;
        log.note(ALICE, "192.0.2.1", "installPackages", "role-missing");
        log.note(ALICE, "192.0.2.2", "installPackages", "role-missing");
        log.close();
        assertThat(recorded)
                .containsExactly(
                        new RequestsRefused(
                                ALICE, "192.0.2.1", "installPackages", "role-missing", 2, START, START.plusSeconds(3)),
                        new RequestsRefused(
                                ALICE,
                                "192.0.2.2",
                                "installPackages",
                                "role-missing",
                                1,
                                START.plusSeconds(3),
                                START.plusSeconds(3)));
        log.close();
        assertThat(recorded).as("each is recorded once").hasSize(2);
    }

    @Test
    void aFloodFromEverywhereIsBoundedAndLosesNoCount() {
        int requests = 5_000;
        for (int i = 0; i < requests; i++) {
            log.note(Principal.ANONYMOUS, "2001:db8::" + Integer.toHexString(i), "getStatus", "unauthenticated");
        }
        log.close();
        assertThat(recorded).hasSize(1_001);
        assertThat(recorded.stream().mapToLong(RequestsRefused::count).sum()).isEqualTo(requests);
    }

    @Test
    void whatCannotBeRecordedDoesNotKeepWhatFollowsFromIt() {
        works = false;
        log.note(ALICE, "192.0.2.1", "getStatus", "other-host");
        assertThat(log.flush().toCompletableFuture().join()).isFalse();
        works = true;
        log.note(ALICE, "192.0.2.1", "getStatus", "role-missing");
        assertThat(log.flush().toCompletableFuture().join()).isTrue();
        assertThat(recorded).extracting(RequestsRefused::rule).containsExactly("role-missing");
    }

    @Test
    void oneWhoAsksTooOftenIsToldAndOthersAreNot() {
        RequestRates rates = new RequestRates(1);
        for (int i = 0; i < 5; i++) {
            assertThat(rates.admits("alice")).isTrue();
        }
        assertThat(rates.admits("alice")).isFalse();
        assertThat(rates.admits("bob")).isTrue();
        RequestRates without = new RequestRates(0);
        for (int i = 0; i < 10_000; i++) {
            assertThat(without.admits("alice")).isTrue();
        }
    }
}
