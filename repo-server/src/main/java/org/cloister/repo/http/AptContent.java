package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.cloister.repo.pool.Blob;
import org.jspecify.annotations.Nullable;

/**
 * What a path below {@code /apt/} has.
 *
 * @param bytes if they are in memory
 * @param file if they are on disk
 * @param blob if they are in the pool
 * @param modified as {@code Last-Modified} says it
 */
record AptContent(
        @Nullable Buffer bytes,
        @Nullable Path file,
        @Nullable Blob blob,
        long size,
        String modified,
        Cache cache) {
    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** For how long those between may keep it. */
    enum Cache {
        /** Ask each time: it names what is current. */
        NO_CACHE("no-cache"),
        /** Its address names its content. */
        IMMUTABLE("public, max-age=31536000, immutable");

        private final String header;

        Cache(String header) {
            this.header = header;
        }

        String header() {
            return header;
        }
    }

    static AptContent of(byte[] bytes, Instant modified, Cache cache) {
        return new AptContent(Buffer.buffer(bytes), null, null, bytes.length, httpDate(modified), cache);
    }

    static AptContent of(Path file, long size, Instant modified, Cache cache) {
        return new AptContent(null, file, null, size, httpDate(modified), cache);
    }

    static AptContent of(Blob blob, Cache cache) {
        return new AptContent(null, blob.file(), blob, blob.size(), httpDate(blob.modified()), cache);
    }

    AptContent with(Buffer content) {
        return new AptContent(content, file, blob, size, modified, cache);
    }

    private static String httpDate(Instant at) {
        return HTTP_DATE.format(at.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Whether a client that has what was there at {@code since} has this. */
    boolean isUnchangedSince(@Nullable String since) {
        if (since == null) {
            return false;
        }
        if (since.equals(modified)) {
            return true;
        }
        try {
            return !HTTP_DATE.parse(modified, Instant::from).isAfter(HTTP_DATE.parse(since, Instant::from));
        } catch (java.time.DateTimeException e) {
            return false;
        }
    }
}
