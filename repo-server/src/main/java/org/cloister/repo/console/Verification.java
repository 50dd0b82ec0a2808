package org.cloister.repo.console;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.repo.console.model.AuditPage;
import org.cloister.repo.console.model.When;
import org.cloister.repo.http.Workers;
import org.cloister.repo.log.LogAudit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log is hashed again for whoever asks, once at a time. Its last result is kept until the next. Thread-safe. */
final class Verification {
    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

    private final LogAudit audit;
    private final Workers workers;
    private final InstantSource clock;
    private final AtomicReference<@Nullable State> state = new AtomicReference<>();

    private record State(Instant begun, boolean running, boolean good, String text, long done, long total) {
        static State begun(Instant now) {
            return new State(now, true, true, "reading the log", 0, 0);
        }

        State at(LogAudit.Progress progress) {
            return new State(
                    begun,
                    true,
                    true,
                    progress.verified() + " of " + progress.total() + " events fit",
                    progress.verified(),
                    progress.total());
        }

        State ended(boolean well, String found) {
            return new State(begun, false, well, found, done, total);
        }
    }

    /** @param workers few: a verification reads the whole log */
    Verification(LogAudit audit, Workers workers, InstantSource clock) {
        this.audit = audit;
        this.workers = workers;
        this.clock = clock;
    }

    /** Begins one unless one runs. */
    void begin() {
        State before = state.get();
        State begun = State.begun(clock.instant());
        if ((before != null && before.running()) || !state.compareAndSet(before, begun)) {
            return;
        }
        workers.run(() -> audit.verify(progress -> state.set(begun.at(progress))))
                .onSuccess(verdict -> state.set(ended(begun, verdict)))
                .onFailure(failure -> {
                    LOG.warn("the log could not be verified", failure);
                    state.set(begun.ended(false, "the verification could not be carried out; try again"));
                });
    }

    private static State ended(State begun, LogAudit.Verdict verdict) {
        if (verdict instanceof LogAudit.Damaged damaged) {
            return begun.ended(
                    false, "event " + damaged.position() + ", " + damaged.field() + ": " + damaged.explanation());
        }
        LogAudit.Sound sound = (LogAudit.Sound) verdict;
        return begun.ended(
                true, sound.size() + " events fit, " + sound.signedSize() + " of them under a signed checkpoint");
    }

    AuditPage.@Nullable Verification last(Instant now) {
        State last = state.get();
        return last == null
                ? null
                : new AuditPage.Verification(
                        last.running(),
                        last.good(),
                        last.text(),
                        last.done(),
                        last.total(),
                        When.of(last.begun(), now));
    }
}
