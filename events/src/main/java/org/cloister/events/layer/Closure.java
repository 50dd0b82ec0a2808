package org.cloister.events.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;

/**
 * A package and its exact dependencies, in configuration order: dependencies first, the essential packages before all.
 * {@code docs/protocol.md} has the canonical text.
 */
public record Closure(List<Member> packages) {
    /** More packages than any real system has. */
    private static final int MAX_PACKAGES = 20_000;

    /** One package, exact. */
    public record Member(PackageId id, Digest artifact, LayerId layer) {}

    public Closure {
        packages = List.copyOf(packages);
        if (packages.isEmpty() || packages.size() > MAX_PACKAGES) {
            throw new IllegalArgumentException("a closure has 1 to " + MAX_PACKAGES + " packages");
        }
    }

    /** Computed anew at each call. */
    @JsonIgnore
    public ClosureId id() {
        return new ClosureId(Digest.ofText(canonicalText()));
    }

    @JsonIgnore
    public String canonicalText() {
        StringBuilder text = new StringBuilder("cloister-closure 1\n");
        for (Member member : packages) {
            text.append(member.id().name())
                    .append('\t')
                    .append(member.id().version())
                    .append('\t')
                    .append(member.id().architecture())
                    .append('\t')
                    .append(member.artifact())
                    .append('\t')
                    .append(member.layer())
                    .append('\n');
        }
        return text.toString();
    }
}
