package org.cloister.repo.http;

import org.cloister.repo.decide.Rule;

/** The one translation from a rule to an HTTP status (RFC 9110, section 15). A new rule breaks the build here. */
final class HttpStatus {
    static final int OK = 200;
    static final int CREATED = 201;
    static final int ACCEPTED = 202;
    static final int INTERNAL_ERROR = 500;

    private HttpStatus() {}

    static int of(Rule rule) {
        return switch (rule) {
            case MALFORMED_REQUEST -> 400;
            case UNAUTHENTICATED -> 401;
            case ROLE_MISSING, OTHER_HOST, SIGNATURE_INVALID, SIGNATURE_REQUIRED, PUBLISHER_KEY_REVOKED -> 403;
            case NOT_FOUND,
                    NOT_PUBLISHED,
                    MIRROR_NOT_DEFINED,
                    DISTRIBUTION_NOT_DEFINED,
                    NOT_INCLUDED,
                    CLOSURE_UNKNOWN,
                    HOST_NOT_ENROLLED,
                    ROOT_NOT_INSTALLED,
                    DEVICE_UNKNOWN,
                    REQUEST_UNKNOWN,
                    TOKEN_UNKNOWN,
                    HOLD_UNKNOWN,
                    PERSON_UNKNOWN,
                    PUBLISHER_KEY_UNKNOWN,
                    TRUST_ROOT_UNKNOWN -> 404;
            case RACING_WRITERS,
                    NOT_FETCHED,
                    ALREADY_PUBLISHED,
                    HOST_ID_TAKEN,
                    ROOT_TAKEN,
                    VERSION_DIFFERS,
                    NOTHING_TO_ROLL_BACK,
                    REPORT_CONTRADICTS,
                    REQUEST_CLOSED,
                    TOKEN_ID_TAKEN,
                    TOO_MANY_TOKENS,
                    IDS_EXHAUSTED,
                    HOLD_NAME_TAKEN,
                    SIGNATURES_OFF,
                    PUBLISHER_KEY_TAKEN,
                    COLLECTION_RUNNING,
                    POOL_SHARED,
                    LAST_ADMINISTRATOR -> 409;
            case HOST_RETIRED, CONTENT_COLLECTED, PERSON_ERASED -> 410;
            case TOO_LARGE -> 413;
            case NOT_A_PACKAGE,
                    NOT_AN_ADVISORY,
                    DIGEST_MISMATCH,
                    PATH_ESCAPES,
                    DUPLICATE_ENTRY,
                    EXPANDS_TOO_FAR,
                    MIRROR_INVALID,
                    DISTRIBUTION_INVALID,
                    UNSATISFIABLE,
                    LAYER_INCOMPLETE,
                    USER_NAME_INVALID,
                    KEY_INVALID,
                    TRUST_ROOT_INVALID,
                    NOTHING_NAMED,
                    ROOT_NAMED_TWICE,
                    ROOT_NAME_INVALID,
                    NOT_A_REPORT,
                    EXPIRED -> 422;
            case TOO_MANY_REQUESTS -> 429;
            case OVERLOADED, STORE_AWAY -> 503;
            case STORAGE_FULL -> 507;
        };
    }
}
