package org.cloister.repo.console.model;

import java.util.List;

/**
 * One event and the proof that it stands in the log.
 *
 * @param payload its JSON, indented
 * @param cut how many characters of it are left out
 * @param withheld whether the payload is for administrators only
 * @param size of the log that the proof is about
 * @param path the proof's hashes, base64 (RFC 6962, section 2.1.1)
 * @param verified whether leaf and path give the root
 */
public record EventPage(
        EventRow event,
        long version,
        int schema,
        String payload,
        int cut,
        boolean withheld,
        String leaf,
        long size,
        String root,
        List<String> path,
        boolean verified,
        long head) {
    /** The characters of a payload that a page shows. */
    public static final int MAX_PAYLOAD = 64 * 1024;

    public String proofHref() {
        return "/log/proof/inclusion?position=" + event.position() + "&size=" + size;
    }
}
