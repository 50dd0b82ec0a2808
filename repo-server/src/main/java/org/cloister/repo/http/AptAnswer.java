package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Answers as apt's http method reads them (RFC 9110): dates instead of tags, one range, and lengths that are exact. */
final class AptAnswer {
    private AptAnswer() {}

    static void content(HttpServerRequest request, AptContent content) {
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

    private static void send(HttpServerRequest request, AptContent content, ByteRange range) {
        HttpServerResponse response = request.response();
        Buffer bytes = content.bytes();
        if (request.method().equals(HttpMethod.HEAD) || range.length() == 0) {
            Replies.noteWrite(response.end());
        } else if (bytes != null) {
            int from = (int) range.offset();
            Replies.noteWrite(response.end(bytes.slice(from, from + (int) range.length())));
        } else {
            Replies.noteWrite(response.sendFile(String.valueOf(content.file()), range.offset(), range.length()));
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
