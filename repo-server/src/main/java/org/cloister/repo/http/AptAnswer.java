package org.cloister.repo.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.StoreAwayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers as apt's http method reads them (RFC 9110): dates instead of tags, one range, and lengths that are exact. */
final class AptAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(AptAnswer.class);

    private final Vertx vertx;
    private final Workers workers;

    /** @param workers read what is in no file of this machine */
    AptAnswer(Vertx vertx, Workers workers) {
        this.vertx = vertx;
        this.workers = workers;
    }

    /** On the request's event loop. */
    void content(HttpServerRequest request, AptContent content) {
        HttpServerResponse response = request.response();
        response.putHeader("Last-Modified", content.modified())
                .putHeader("Cache-Control", content.cache().header())
                .putHeader("Accept-Ranges", "bytes");
        if (request.getHeader("Range") == null && content.isUnchangedSince(request.getHeader("If-Modified-Since"))) {
            Replies.noteWrite(response.setStatusCode(304).end());
            return;
        }
        ByteRange range = range(request, content);
        if (range.equals(ByteRange.NONE)) {
            response.putHeader("Content-Range", "bytes */" + content.size());
            text(request, 416, "the file has " + content.size() + " bytes, and the range lies outside of them");
            return;
        }
        if (!range.isWhole(content.size())) {
            long last = range.offset() + range.length() - 1;
            response.setStatusCode(206)
                    .putHeader("Content-Range", "bytes " + range.offset() + "-" + last + "/" + content.size());
        }
        response.putHeader("Content-Type", type(request.path()))
                .putHeader("Content-Length", Long.toString(range.length()));
        send(request, content, range);
    }

    private void send(HttpServerRequest request, AptContent content, ByteRange range) {
        HttpServerResponse response = request.response();
        Buffer bytes = content.bytes();
        Blob blob = content.blob();
        if (request.method().equals(HttpMethod.HEAD) || range.length() == 0) {
            Replies.noteWrite(response.end());
        } else if (bytes != null) {
            int from = (int) range.offset();
            Replies.noteWrite(response.end(bytes.slice(from, from + (int) range.length())));
        } else if (content.file() == null && blob != null) {
            send(response, request, new BlobChunks(blob, range.offset(), range.length()));
        } else {
            Replies.noteWrite(response.sendFile(String.valueOf(content.file()), range.offset(), range.length()));
        }
    }

    /** Nothing is said before there is something to send. */
    private void send(HttpServerResponse response, HttpServerRequest request, BlobChunks chunks) {
        Context context = vertx.getOrCreateContext();
        workers.run(() -> chunks.next(workers.memory().piece()))
                .onSuccess(first -> ChunkPump.run(context, workers, chunks, response, first))
                .onFailure(failure -> {
                    List.of("Last-Modified", "Cache-Control", "Accept-Ranges", "Content-Range")
                            .forEach(response.headers()::remove);
                    failed(request, failure);
                });
    }

    /** What ended a request, other than a refusal: to the log, and in words. */
    static void failed(HttpServerRequest request, Throwable failure) {
        StoreAwayException away = Failures.storeAway(failure);
        if (away != null) {
            LOG.warn("{} {} failed: {}", request.method(), request.path(), away.getMessage());
            // Who reads an open distribution needn't know where the store is.
            text(
                    request,
                    Failures.storeAway(away).status(),
                    "the pool's store is away, the repository's log tells why: try again later");
        } else {
            LOG.error("{} {} failed", request.method(), request.path(), failure);
            text(request, HttpStatus.INTERNAL_ERROR, "the repository failed; its log tells more");
        }
    }

    /** A condition that names another date than the content's asks for all of it. */
    private static ByteRange range(HttpServerRequest request, AptContent content) {
        String condition = request.getHeader("If-Range");
        boolean same = condition == null || condition.equals(content.modified());
        return ByteRange.parse(same ? request.getHeader("Range") : null, content.size());
    }

    private static String type(String path) {
        int dot = path.lastIndexOf('.');
        return switch (dot < path.lastIndexOf('/') ? "" : path.substring(dot + 1)) {
            case "deb" -> "application/vnd.debian.binary-package";
            case "gz" -> "application/gzip";
            case "xz" -> "application/x-xz";
            case "zst" -> "application/zstd";
            case "gpg", "asc" -> "application/pgp-keys";
            case "" -> path.contains("/by-hash/") ? "application/octet-stream" : "text/plain; charset=utf-8";
            default -> "application/octet-stream";
        };
    }

    /** What isn't content, in words: apt shows the status line, people the body. */
    static void text(HttpServerRequest request, int status, String words) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        Buffer body = Buffer.buffer(words + "\n");
        response.setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Content-Length", Integer.toString(body.length()));
        Replies.noteWrite(request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body));
    }
}
