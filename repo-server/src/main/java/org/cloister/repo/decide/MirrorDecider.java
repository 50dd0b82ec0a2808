package org.cloister.repo.decide;

import static org.cloister.repo.decide.Rule.MIRROR_INVALID;
import static org.cloister.repo.decide.Rule.MIRROR_NOT_DEFINED;
import static org.cloister.repo.decide.Rule.RACING_WRITERS;

import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.jspecify.annotations.Nullable;

/** The rules of mirrors: only what is defined is synchronized, and a mirror without keys is none. */
public final class MirrorDecider {
    private MirrorDecider() {}

    /** A later definition replaces an earlier one. */
    public static Decision<MirrorEvent> define(MirrorState state, MirrorDefined wanted) {
        String problem = problem(wanted);
        if (problem != null) {
            return Decision.refuse(
                    MIRROR_INVALID,
                    "mirror " + wanted.name() + ": " + problem,
                    "correct the definition and send it again");
        }
        return wanted.equals(state.definition()) ? Decision.unchanged() : Decision.accept(wanted);
    }

    private static @Nullable String problem(MirrorDefined wanted) {
        if (!wanted.url().startsWith("http://") && !wanted.url().startsWith("https://")) {
            return "its URL starts with http:// or https://, not " + wanted.url();
        }
        if (wanted.suite().isBlank()
                || wanted.components().isEmpty()
                || wanted.architectures().isEmpty()) {
            return "it needs a suite, components and architectures";
        }
        if (wanted.maxAgeDays() != null && wanted.maxAgeDays() < 1) {
            return "its InRelease may be at least one day old";
        }
        return wanted.signedBy().isBlank() ? "it needs the keys that sign the archive" : null;
    }

    public static Decision<MirrorEvent> synchronize(MirrorState state, MirrorSynchronized result) {
        return state.definition() == null ? notDefined(result.name()) : Decision.accept(result);
    }

    public static Decision<MirrorEvent> fail(MirrorState state, MirrorSyncFailed result) {
        return state.definition() == null ? notDefined(result.name()) : Decision.accept(result);
    }

    /** What was found counts only from the state that it was compared with. */
    public static Decision<MirrorEvent> index(MirrorState state, MirrorDifference found) {
        MirrorName name = found.definition().name();
        if (state.definition() == null) {
            return notDefined(name);
        }
        if (!found.definition().equals(state.definition()) || !found.basis().equals(state.indexedAt())) {
            return Decision.refuse(
                    RACING_WRITERS,
                    "mirror " + name + " was defined or synchronized anew while its indexes were read",
                    "synchronize it again");
        }
        return Decision.acceptAll(found.events());
    }

    private static Decision<MirrorEvent> notDefined(MirrorName name) {
        return Decision.refuse(
                MIRROR_NOT_DEFINED, "no mirror is named " + name, "define it first: cloister mirror add " + name);
    }
}
