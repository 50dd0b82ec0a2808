package org.cloister.repo.decide;

import java.util.Comparator;
import org.cloister.events.Port;
import org.cloister.events.RootName;

/** A port that a root's package binds in its own network. */
public record Claim(RootName root, Port inside) implements Comparable<Claim> {
    @Override
    public int compareTo(Claim other) {
        return Comparator.comparing(Claim::root).thenComparing(Claim::inside).compare(this, other);
    }

    @Override
    public String toString() {
        return inside + " of " + root;
    }
}
