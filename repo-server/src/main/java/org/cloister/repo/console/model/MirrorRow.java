package org.cloister.repo.console.model;

import java.time.Instant;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.events.StreamId;
import org.cloister.repo.decide.MirrorState;
import org.jspecify.annotations.Nullable;

/**
 * A mirror.
 *
 * @param date of the release that it last took, or null
 * @param published new versions at the last synchronization of named packages
 * @param listed packages of its complete indexes
 * @param failure of the last synchronization, or null if that ended well
 */
public record MirrorRow(
        MirrorName name,
        String url,
        String suite,
        String components,
        String architectures,
        @Nullable When synchronizedAt,
        @Nullable When date,
        int published,
        int listed,
        @Nullable String failure) {

    /** @throws IllegalArgumentException if the mirror was never defined */
    public static MirrorRow of(MirrorState state, Instant now) {
        MirrorDefined definition = state.definition();
        if (definition == null) {
            throw new IllegalArgumentException("a mirror that was never defined");
        }
        var last = state.lastSync();
        var index = state.lastIndex();
        var failure = state.lastFailure();
        return new MirrorRow(
                definition.name(),
                definition.url(),
                definition.suite(),
                String.join(" ", definition.components()),
                String.join(" ", definition.architectures()),
                When.ofNullable(state.synchronizedAt(), now),
                When.ofNullable(state.lastDate(), now),
                last == null ? 0 : last.published().size(),
                index == null ? 0 : index.total(),
                failure == null ? null : failure.reason());
    }

    public String tone() {
        return failure != null ? "bad" : synchronizedAt == null ? "info" : "good";
    }

    public String word() {
        return failure != null ? "failed" : synchronizedAt == null ? "never synchronized" : "synchronized";
    }

    public String eventsHref() {
        return Links.events(StreamId.of(name));
    }
}
