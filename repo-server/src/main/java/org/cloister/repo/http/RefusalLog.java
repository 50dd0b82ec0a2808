package org.cloister.repo.http;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.CorrelationId;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was refused what, on its way to the log: gathered, so that a flood of refused requests is a few events and not a flood of them.
 * What wasn't flushed when the process is killed is lost. Thread-safe, doesn't block.
 */
public final class RefusalLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    /** Kinds between two flushes; what comes beyond is counted as from many addresses for many operations. */
    private static final int MAX_KINDS = 1_000;

    private static final String MANY = "many";
    /** For the last flush. */
    private static final long CLOSE_SECONDS = 5;

    private final Recorder recorder;
    private final InstantSource clock;
    private Map<Kind, Tally> tallies = new LinkedHashMap<>();

    private record Kind(Principal principal, String address, String operation, String rule) {}

    private record Tally(long count, Instant first, Instant last) {}

    /** Puts refusals on record. */
    interface Recorder {
        /** @param refusals at least one @return whether they are durable now */
        CompletionStage<Boolean> record(List<RequestsRefused> refusals);
    }

    RefusalLog(Recorder recorder, InstantSource clock) {
        this.recorder = recorder;
        this.clock = clock;
    }

    /** In the event log. */
    static Recorder recorder(CommandService commands) {
        return refusals -> {
            RequestId id = new RequestId(UUID.randomUUID().toString());
            Request request = new Request(Caller.system(), id, new CorrelationId(id.text()));
            return commands.refused(request, refusals).thenApply(outcome -> !(outcome instanceof Outcome.Refused<?>));
        };
    }

    /** @param rule such as {@code role-missing} */
    public synchronized void note(Principal principal, String address, String operation, String rule) {
        Kind kind = new Kind(principal, address, operation, rule);
        if (!tallies.containsKey(kind) && tallies.size() >= MAX_KINDS) {
            kind = new Kind(Principal.ANONYMOUS, MANY, MANY, rule);
        }
        Instant now = clock.instant();
        tallies.merge(
                kind,
                new Tally(1, now, now),
                (before, one) -> new Tally(before.count() + 1, before.first(), one.last()));
    }

    /** Puts on record what was noted; completes when it is durable. What can't be recorded is told to the operator's log. */
    CompletionStage<Boolean> flush() {
        List<RequestsRefused> refusals = take();
        if (refusals.isEmpty()) {
            return CompletableFuture.completedStage(true);
        }
        return recorder.record(refusals).handle((recorded, failure) -> {
            boolean done = failure == null && recorded;
            if (!done) {
                LOG.error("refused requests that are not on record: {}", refusals, failure);
            }
            return done;
        });
    }

    @Override
    public void close() {
        flush().toCompletableFuture()
                .completeOnTimeout(false, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private synchronized List<RequestsRefused> take() {
        List<RequestsRefused> refusals = new ArrayList<>();
        tallies.forEach((kind, tally) -> refusals.add(new RequestsRefused(
                kind.principal(),
                kind.address(),
                kind.operation(),
                kind.rule(),
                tally.count(),
                tally.first(),
                tally.last())));
        tallies = new LinkedHashMap<>();
        return refusals;
    }
}
