package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.cloister.events.Position;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.LogProofs;

/** The public log: everything that is needed to check it (C2SP tlog-tiles, tlog-checkpoint), and nothing of what stands in it. */
final class LogEndpoints {
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";

    private final EventStore store;
    private final LogProofs proofs;
    private final Workers workers;

    LogEndpoints(EventStore store, LogProofs proofs, Workers workers) {
        this.store = store;
        this.proofs = proofs;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on(
                        "getCheckpoint",
                        exchange -> exchange.then(workers.run(proofs::signedCheckpoint), note -> {
                            exchange.context().response().putHeader("Cache-Control", "no-cache");
                            Replies.text(exchange.context(), note);
                        }))
                .on(
                        "getLogKey",
                        exchange ->
                                Replies.text(exchange.context(), proofs.key().text() + '\n'))
                .on("getTile1", exchange -> tile(exchange, 1))
                .on("getTile2", exchange -> tile(exchange, 2))
                .on("getTile3", exchange -> tile(exchange, 3))
                .on("getTile4", exchange -> tile(exchange, 4))
                .on("getInclusionProof", this::inclusion)
                .on("getConsistencyProof", this::consistency);
    }

    private void tile(Exchange exchange, int segments) {
        StringBuilder path = new StringBuilder(exchange.path("a"));
        for (int i = 1; i < segments; i++) {
            path.append('/').append(exchange.path(String.valueOf((char) ('a' + i))));
        }
        int level = Integer.parseInt(exchange.path("level"));
        Optional<TileIndex> index = TileIndex.parse(path.toString());
        exchange.then(
                workers.run(() -> index.flatMap(tile -> proofs.tile(level, tile.index(), tile.width()))), hashes -> {
                    Buffer body = Buffer.buffer(hashes.orElseThrow(() -> noTile(exchange)));
                    HttpServerResponse response = exchange.context().response();
                    response.putHeader("Content-Type", "application/octet-stream")
                            .putHeader("Cache-Control", IMMUTABLE);
                    Replies.noteWrite(response.end(body));
                });
    }

    private static RefusedException noTile(Exchange exchange) {
        return RefusedException.of(
                Rule.NOT_FOUND,
                "the log has no tile " + exchange.context().normalizedPath(),
                "ask within the size that /log/checkpoint tells");
    }

    private record Inclusion(long position, long size, String leafHash, List<String> hashes, String root) {}

    private void inclusion(Exchange exchange) {
        long size = exchange.query("size", 0);
        Position position = new Position(exchange.query("position", 0));
        requireWithin(position.value() <= size, "the position lies beyond the size");
        exchange.then(
                workers.run(() -> {
                    requireLog(size);
                    return new Inclusion(
                            position.value(),
                            size,
                            base64(proofs.leafHash(position)),
                            hashes(proofs.inclusion(position, size)),
                            base64(proofs.root(size)));
                }),
                proof -> exchange.json(HttpStatus.OK, proof));
    }

    private record Consistency(long from, long to, String fromRoot, String toRoot, List<String> hashes) {}

    private void consistency(Exchange exchange) {
        long from = exchange.query("from", 0);
        long to = exchange.query("to", 0);
        requireWithin(from <= to, "from lies beyond to");
        exchange.then(
                workers.run(() -> {
                    requireLog(to);
                    return new Consistency(
                            from,
                            to,
                            base64(proofs.root(from)),
                            base64(proofs.root(to)),
                            hashes(proofs.consistency(from, to)));
                }),
                proof -> exchange.json(HttpStatus.OK, proof));
    }

    private void requireLog(long size) {
        requireWithin(proofs.has(size), "the log has " + store.head() + " events, not " + size);
    }

    private static void requireWithin(boolean within, String otherwise) {
        if (!within) {
            throw RefusedException.of(Rule.NOT_FOUND, otherwise, "ask within the size that /log/checkpoint tells");
        }
    }

    private static List<String> hashes(List<byte[]> hashes) {
        return hashes.stream().map(LogEndpoints::base64).toList();
    }

    private static String base64(byte[] hash) {
        return Base64.getEncoder().encodeToString(hash);
    }
}
