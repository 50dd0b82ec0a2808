package org.cloister.repo.http;

/** Questions about the past. */
final class AuditEndpoints {
    void register(Endpoints endpoints) {
        endpoints
                .on("auditHost", Unwired::answer)
                .on("getHistory", Unwired::answer)
                .on("verifyLog", Unwired::answer);
    }
}
