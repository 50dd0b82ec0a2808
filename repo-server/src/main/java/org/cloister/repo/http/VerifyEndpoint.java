package org.cloister.repo.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Base64;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogProofs;
import org.jspecify.annotations.Nullable;

/** {@code /v1/audit/verify}: the log is hashed again while the client watches. A client that hangs up ends it. */
final class VerifyEndpoint {
    private final LogAudit audit;
    private final LogProofs proofs;
    private final Workers workers;

    /** @param workers few: a verification reads the whole log */
    VerifyEndpoint(LogAudit audit, LogProofs proofs, Workers workers) {
        this.audit = audit;
        this.proofs = proofs;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("verifyLog", this::verify);
    }

    private record Damage(long position, String field, String reason) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            @Nullable Long verified,
            @Nullable Long size,
            @Nullable Long signed,
            @Nullable Boolean done,
            @Nullable String root,
            @Nullable Damage damaged) {
        static Line progress(LogAudit.Progress progress) {
            return new Line(progress.verified(), progress.total(), null, null, null, null);
        }
    }

    private void verify(Exchange exchange) {
        Context context = exchange.context().vertx().getOrCreateContext();
        HttpServerResponse response = exchange.context().response();
        AtomicBoolean gone = new AtomicBoolean();
        response.closeHandler(closed -> gone.set(true));
        response.putHeader("Content-Type", "application/x-ndjson").setChunked(true);
        exchange.then(
                workers.run(() -> audit.verify(progress -> {
                    if (gone.get()) {
                        throw new CancellationException("nobody waits for the verification any more");
                    }
                    context.runOnContext(v -> tell(response, Line.progress(progress)));
                })),
                verdict -> exchange.then(
                        workers.run(() -> last(verdict)), line -> Replies.noteWrite(response.end(bytes(line)))));
    }

    /** Progress that the client doesn't take in time is left out. */
    private static void tell(HttpServerResponse response, Line line) {
        if (!response.closed() && !response.ended() && !response.writeQueueFull()) {
            Replies.noteWrite(response.write(bytes(line)));
        }
    }

    private Line last(LogAudit.Verdict verdict) {
        if (verdict instanceof LogAudit.Damaged damaged) {
            Damage damage = new Damage(damaged.position().value(), damaged.field(), damaged.explanation());
            return new Line(null, null, null, true, null, damage);
        }
        LogAudit.Sound sound = (LogAudit.Sound) verdict;
        String root = Base64.getEncoder().encodeToString(proofs.root(sound.size()));
        return new Line(sound.size(), sound.size(), sound.signedSize(), true, root, null);
    }

    private static Buffer bytes(Line line) {
        return Replies.bytes(line).appendByte((byte) '\n');
    }
}
