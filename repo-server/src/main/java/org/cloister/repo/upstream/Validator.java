package org.cloister.repo.upstream;

/**
 * What a server says by which its present content can be told from another (RFC 9110, section 8.8).
 *
 * @param header {@code ETag} or {@code Last-Modified}
 * @param value as the server wrote it
 */
record Validator(String header, String value) {
    static final String ETAG = "ETag";
    static final String LAST_MODIFIED = "Last-Modified";

    /** The header that asks for the content only if it is another one. */
    String unlessSame() {
        return header.equals(ETAG) ? "If-None-Match" : "If-Modified-Since";
    }

    /** Whether it tells every change, so that parts of the content may be put together (RFC 9110, section 13.1.5). */
    boolean isStrong() {
        return !header.equals(ETAG) || !value.startsWith("W/");
    }
}
