package org.cloister.repo.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.collect.CollectedContent;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.retention.RetentionState.Recorded;

/** Artifacts, objects and layers: immutable, ranged, straight from the file to the socket where there is a file. */
final class ContentEndpoints {
    /** RFC 8246: what a digest names never changes. */
    private static final String CACHE = "private, max-age=31536000, immutable";

    private static final String OCTETS = "application/octet-stream";

    private final Pool pool;
    private final CollectedContent collected;
    private final Workers workers;

    ContentEndpoints(Pool pool, CollectedContent collected, Workers workers) {
        this.collected = collected;
        this.pool = pool;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        Lookup artifact = new Lookup(ContentKind.ARTIFACT, "application/vnd.debian.binary-package", pool::artifact);
        Lookup object = new Lookup(ContentKind.OBJECT, OCTETS, pool::object);
        Lookup layer = new Lookup(ContentKind.LAYER, OCTETS, digest -> pool.layer(new LayerId(digest)));
        endpoints
                .on("getArtifact", exchange -> answer(exchange, artifact))
                .on("headArtifact", exchange -> answer(exchange, artifact))
                .on("getObject", exchange -> answer(exchange, object))
                .on("headObject", exchange -> answer(exchange, object))
                .on("getLayer", exchange -> answer(exchange, layer))
                .on("headLayer", exchange -> answer(exchange, layer))
                .on("getObjects", this::answerBatch);
    }

    private record Lookup(ContentKind kind, String type, java.util.function.Function<Digest, Optional<Blob>> find) {}

    private void answer(Exchange exchange, Lookup lookup) {
        Digest digest = Digest.parse(exchange.path("digest"));
        exchange.then(
                workers.run(() -> lookup.find().apply(digest).orElseThrow(() -> notFound(lookup, digest))),
                found -> send(exchange, lookup, digest, found));
    }

    private RefusedException notFound(Lookup lookup, Digest digest) {
        Recorded went = collected.find(lookup.kind(), digest);
        if (went != null) {
            return RefusedException.of(GoneContent.refusal(lookup.kind(), digest, went));
        }
        return RefusedException.of(
                Rule.NOT_FOUND,
                "the pool has no " + lookup.kind().text() + " " + digest,
                "check the digest; an event that names it may not be for this repository");
    }

    private void send(Exchange exchange, Lookup lookup, Digest digest, Blob blob) {
        RoutingContext context = exchange.context();
        String tag = '"' + digest.toString() + '"';
        String known = context.request().getHeader("If-None-Match");
        if (known != null && (known.contains(tag) || known.strip().equals("*"))) {
            describe(context, lookup, tag);
            Replies.noteWrite(context.response().setStatusCode(304).end());
            return;
        }
        String condition = context.request().getHeader("If-Range");
        String header =
                condition == null || condition.equals(tag) ? context.request().getHeader("Range") : null;
        ByteRange range = ByteRange.parse(header, blob.size());
        boolean body = !context.request().method().equals(HttpMethod.HEAD) && range.length() > 0;
        if (!body || range.equals(ByteRange.NONE) || blob.file() != null) {
            describe(context, lookup, tag);
            send(context, blob, range, body);
            return;
        }
        // What can't be read is told with a status: nothing of the answer is said before there is something to send.
        BlobChunks chunks = new BlobChunks(blob, range.offset(), range.length());
        exchange.then(workers.run(() -> chunks.next(workers.memory().piece())), first -> {
            describe(context, lookup, tag);
            describe(context, blob, range);
            ChunkPump.run(context.vertx().getOrCreateContext(), workers, chunks, context.response(), first);
        });
    }

    private static void describe(RoutingContext context, Lookup lookup, String tag) {
        context.response()
                .putHeader("ETag", tag)
                .putHeader("Cache-Control", CACHE)
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("Content-Type", lookup.type());
    }

    private static void describe(RoutingContext context, Blob blob, ByteRange range) {
        HttpServerResponse response = context.response();
        if (!range.isWhole(blob.size())) {
            long last = range.offset() + range.length() - 1;
            response.setStatusCode(206)
                    .putHeader("Content-Range", "bytes " + range.offset() + "-" + last + "/" + blob.size());
        }
        response.putHeader("Content-Length", Long.toString(range.length()));
    }

    private static void send(RoutingContext context, Blob blob, ByteRange range, boolean body) {
        HttpServerResponse response = context.response();
        if (range.equals(ByteRange.NONE)) {
            response.putHeader("Content-Range", "bytes */" + blob.size());
            Replies.problem(context, outside(blob));
            return;
        }
        describe(context, blob, range);
        if (body) {
            Replies.noteWrite(response.sendFile(blob.path().toString(), range.offset(), range.length()));
        } else {
            Replies.noteWrite(response.end());
        }
    }

    private static Problem outside(Blob blob) {
        return new Problem(
                "urn:cloister:problem:range-not-satisfiable",
                "Range not satisfiable",
                416,
                "the range lies outside of the content's " + blob.size() + " bytes",
                "ask for a range within them");
    }

    private void answerBatch(Exchange exchange) {
        RoutingContext context = exchange.context();
        List<Digest> objects = BatchRequest.parse(Admission.body(context).getBytes());
        context.response().putHeader("Content-Type", "application/vnd.cloister.objects");
        ChunkPump.run(
                context.vertx().getOrCreateContext(),
                workers,
                new ObjectBatch(pool, objects),
                context.response(),
                null);
    }
}
