package org.cloister.repo.decide;

import java.util.Locale;

/** Every reason for which the repository refuses. Translated to HTTP in one place, by a switch without default. */
public enum Rule {
    // Who asks.
    /** No token, or one that is unknown, revoked or expired. */
    UNAUTHENTICATED,
    /** The caller has none of the roles that may do this. */
    ROLE_MISSING,
    /** The caller's token speaks for one host, and this concerns another. */
    OTHER_HOST,

    // How it is asked.
    /** The request isn't of the described form. */
    MALFORMED_REQUEST,
    /** More than a limit allows; the detail names the limit. */
    TOO_LARGE,
    /** There is no such resource. */
    NOT_FOUND,
    /** The same resources are being changed by too many at once; nothing is wrong with the request. */
    RACING_WRITERS,
    /** The repository has more work waiting than it takes on. */
    OVERLOADED,
    /** The caller asks more often than one caller may. */
    TOO_MANY_REQUESTS,
    /** The disk that holds the pool is full; nothing of the request was kept. */
    STORAGE_FULL,
    /** The store that holds the pool, which is elsewhere, does not answer as it should; nothing of the request was kept. */
    STORE_AWAY,

    // Packages and their import.
    /** The version is published with other content. */
    ALREADY_PUBLISHED,
    /** No such package, or no such version of it, is published. */
    NOT_PUBLISHED,
    /** Mirrors list it, or what it needs, and it has to be fetched first. */
    NOT_FETCHED,
    /** The file is no well-formed Debian package. */
    NOT_A_PACKAGE,
    /** The content isn't what its digest or size says. */
    DIGEST_MISMATCH,
    /** A path in an archive leaves the root. */
    PATH_ESCAPES,
    /** An archive has two entries of one name. */
    DUPLICATE_ENTRY,
    /** An archive expands to more than is allowed. */
    EXPANDS_TOO_FAR,

    // Signatures of packages.
    /** An upload has none, and needs one. */
    SIGNATURE_REQUIRED,
    /** An upload has one, and none is verified. */
    SIGNATURES_OFF,
    /** The signature names no registered key of the publisher, or no key of this id is registered. */
    PUBLISHER_KEY_UNKNOWN,
    /** The key is revoked. */
    PUBLISHER_KEY_REVOKED,
    /** The key is another publisher's. */
    PUBLISHER_KEY_TAKEN,
    /** The root isn't what follows the one before. */
    TRUST_ROOT_INVALID,
    /** The repository has no root of this version. */
    TRUST_ROOT_UNKNOWN,

    // Mirrors.
    /** No mirror of this name is defined. */
    MIRROR_NOT_DEFINED,
    /** A definition of a mirror that can't work. */
    MIRROR_INVALID,

    // Distributions.
    /** No distribution of this name is defined, or was at the position. */
    DISTRIBUTION_NOT_DEFINED,
    /** A definition or a change of a distribution that apt couldn't read or that has no place in it. */
    DISTRIBUTION_INVALID,
    /** The package is not in the distribution. */
    NOT_INCLUDED,

    // Advisories.
    /** The file has no advisories in a form that is known. */
    NOT_AN_ADVISORY,

    // Closures and system users.
    /** The request can't be satisfied from what is published; the detail explains. */
    UNSATISFIABLE,
    /** Nobody ever asked for this closure, and nobody configured it. */
    CLOSURE_UNKNOWN,
    /** The pool has not this layer, or not all of its objects. */
    LAYER_INCOMPLETE,
    /** Not a name that Debian's tools take for a user or group. */
    USER_NAME_INVALID,
    /** All ids for system users are given out. */
    IDS_EXHAUSTED,

    // The pool.
    /** A hold of this name is placed, on something else. */
    HOLD_NAME_TAKEN,
    /** No hold of this name. */
    HOLD_UNKNOWN,
    /** The content was here, and went by the rules of retention. */
    CONTENT_COLLECTED,
    /** Another collection runs. */
    COLLECTION_RUNNING,
    /** Other processes may have the pool open. */
    POOL_SHARED,

    // Hosts.
    /** No host of this id is enrolled. */
    HOST_NOT_ENROLLED,
    /** The host was retired. */
    HOST_RETIRED,
    /** The public key isn't an Ed25519 key. */
    KEY_INVALID,
    /** The signature doesn't verify with the key of the host, or of the publisher. */
    SIGNATURE_INVALID,
    /** Another key has the same host id. */
    HOST_ID_TAKEN,
    /** The command names nothing. */
    NOTHING_NAMED,
    /** The command names one root twice. */
    ROOT_NAMED_TWICE,
    /** Not a name for a root. */
    ROOT_NAME_INVALID,
    /** A root of this name holds another package. */
    ROOT_TAKEN,
    /** A root of this name holds another version of the package. */
    VERSION_DIFFERS,
    /** The host has no such root. */
    ROOT_NOT_INSTALLED,
    /** The root never held anything else. */
    NOTHING_TO_ROLL_BACK,
    /** The host has no such device, and had none that is granted. */
    DEVICE_UNKNOWN,

    // Reports.
    /** An event that isn't an agent's to report. */
    NOT_A_REPORT,
    /** The report is about a request that this host never got, or that is forgotten. */
    REQUEST_UNKNOWN,
    /** The report contradicts what was requested. */
    REPORT_CONTRADICTS,
    /** The outcome of the request is recorded, and it was another. */
    REQUEST_CLOSED,

    // Tokens.
    /** No token of this id. */
    TOKEN_UNKNOWN,
    /** A token of this id exists. */
    TOKEN_ID_TAKEN,
    /** The principal has as many tokens as one may have. */
    TOO_MANY_TOKENS,
    /** The token would have ended already. */
    EXPIRED,

    // People.
    /** Nobody is registered under this name or pseudonym. */
    PERSON_UNKNOWN,
    /** The person was erased. */
    PERSON_ERASED,
    /** Nobody would be left who may administer. */
    LAST_ADMINISTRATOR;

    /** Lower-case with hyphens, as problem documents carry it: {@code already-published}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
