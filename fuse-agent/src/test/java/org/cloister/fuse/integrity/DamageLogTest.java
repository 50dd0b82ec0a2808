package org.cloister.fuse.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.cloister.events.Digest;
import org.cloister.fuse.integrity.DamageLog.Damage;
import org.junit.jupiter.api.Test;

class DamageLogTest {
    private static final Digest A = Digest.ofText("a");
    private static final Digest B = Digest.ofText("b");

    private final DamageLog log = new DamageLog();

    @Test
    void whatIsFoundTwiceIsToldOnce() {
        log.found(A, 3, Finding.DIFFERENT);
        log.found(A, 3, Finding.MISSING);
        assertThat(log.after(0, 10)).containsExactly(new Damage(1, A, 3, Finding.DIFFERENT));
    }

    @Test
    void onlyWhatIsLaterAndStillDamagedIsTold() {
        log.found(A, 1, Finding.MISSING);
        log.found(B, 2, Finding.MISSING);
        assertThat(log.after(1, 10)).extracting(Damage::object).containsExactly(B);
        log.whole(B);
        assertThat(log.after(1, 10)).isEmpty();
        log.found(B, 2, Finding.WRONG_SIZE);
        assertThat(log.after(2, 10)).containsExactly(new Damage(3, B, 2, Finding.WRONG_SIZE));
        assertThat(log.damaged()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void anAnswerHasALimitAndTheNextOneGoesOn() {
        for (int i = 0; i < 25; i++) {
            log.found(Digest.ofText("x" + i), i, Finding.MISSING);
        }
        long after = 0;
        int told = 0;
        for (List<Damage> page = log.after(after, 10); !page.isEmpty(); page = log.after(after, 10)) {
            assertThat(page).hasSizeLessThanOrEqualTo(10);
            told += page.size();
            after = page.get(page.size() - 1).number();
        }
        assertThat(told).isEqualTo(25);
    }

    @Test
    void aBrokenDiskDoesNotFillTheMemory() {
        for (int i = 0; i < DamageLog.MAX_DAMAGED + 5; i++) {
            log.found(Digest.ofText("x" + i), i, Finding.MISSING);
        }
        assertThat(log.damaged()).hasSize(DamageLog.MAX_DAMAGED);
        log.whole(Digest.ofText("x0"));
        log.found(A, 1, Finding.MISSING);
        assertThat(log.damaged()).as("there is room again").contains(A);
    }

    @Test
    void whoWaitsHearsOfNews() throws Exception {
        assertThat(log.await(0, 10, 1)).as("nothing in time").isEmpty();
        CompletableFuture<List<Damage>> heard = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                heard.complete(log.await(0, 10, 60_000));
            } catch (InterruptedException e) {
                heard.completeExceptionally(e);
            }
        });
        waiting.start();
        log.found(A, 1, Finding.UNREADABLE);
        assertThat(heard.get(30, TimeUnit.SECONDS)).extracting(Damage::object).containsExactly(A);
    }
}
