package org.cloister.repo.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.retention.Reason.Why;
import org.jspecify.annotations.Nullable;

/**
 * What is needed and why. A digest is needed whatever kind of content it names: who needs it needs all of it. One thread; about
 * 200 bytes for each digest.
 */
public final class Needs {
    /** One alone keeps a thing; a few are good to know. */
    static final int MAX_REASONS = 3;

    private final Map<Digest, Found> found = new HashMap<>();
    private final Set<Digest> inLayers = new HashSet<>();
    private final Map<Digest, Reason> former = new HashMap<>();

    private static final class Found {
        private final List<Reason> first = new ArrayList<>(1);
        private int more;

        void add(Reason reason) {
            if (first.contains(reason)) {
                return;
            }
            if (first.size() < MAX_REASONS) {
                first.add(reason);
            } else {
                more++;
            }
        }
    }

    void need(Digest digest, Reason reason) {
        found.computeIfAbsent(digest, first -> new Found()).add(reason);
    }

    void need(LayerId layer, Reason reason) {
        need(layer.digest(), reason);
    }

    /** What it was, for when it isn't needed. */
    void former(Digest digest, Reason reason) {
        former.put(digest, reason);
    }

    boolean needs(Digest digest) {
        return found.containsKey(digest);
    }

    /** An object of a layer that stays: before any object is judged, those of all layers that do are told. */
    public void inLayer(Digest object) {
        inLayers.add(object);
    }

    /**
     * Pure: the same arguments give the same verdict.
     *
     * @param grace what came later than so long ago stays
     */
    public Verdict verdict(Stored thing, Instant now, Duration grace) {
        Found needed = found.get(thing.digest());
        if (needed != null) {
            return new Verdict(thing, true, needed.first, needed.more);
        }
        if (inLayers.contains(thing.digest())) {
            return new Verdict(thing, true, List.of(new Reason(Why.LAYER, "a layer that stays has it")), 0);
        }
        if (thing.since().isAfter(now.minus(grace))) {
            return new Verdict(
                    thing,
                    true,
                    List.of(new Reason(
                            Why.ARRIVED, "it came at " + thing.since() + ", and nothing names it (any more)")),
                    0);
        }
        @Nullable Reason was = former.get(thing.digest());
        return new Verdict(thing, false, List.of(was == null ? unnamed(thing.kind()) : was), 0);
    }

    private static Reason unnamed(ContentKind kind) {
        return new Reason(
                Why.UNNAMED,
                switch (kind) {
                    case ARTIFACT -> "no event that is retained names it, and no mirror lists it";
                    case LAYER -> "no closure that can be chosen or that a host has uses it";
                    case OBJECT -> "no layer that stays has it";
                });
    }
}
