package org.cloister.repo.view;

import java.util.List;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.RecordedEvent;
import org.cloister.events.TrustEvent;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.TrustState;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/** Publishers' keys, and what each signed. */
public final class TrustView implements View {
    private volatile TrustState state = TrustState.EMPTY;
    private volatile PMap<PublisherKeyId, PVector<Signed>> signed = HashTreePMap.empty();

    /** A package that was signed, and when that was recorded. */
    public record Signed(PackageSigned event, Occurrence at) {}

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof TrustEvent change) {
            state = state.evolve(Occurrence.of(recorded), change);
        } else if (event instanceof PackageSigned one) {
            PVector<Signed> before = signed.getOrDefault(one.key(), TreePVector.empty());
            signed = signed.plus(one.key(), before.plus(new Signed(one, Occurrence.of(recorded))));
        }
    }

    public TrustState state() {
        return state;
    }

    /** What a key signed, in the order of the log. */
    public List<Signed> signedBy(PublisherKeyId key) {
        return signed.getOrDefault(key, TreePVector.empty());
    }
}
