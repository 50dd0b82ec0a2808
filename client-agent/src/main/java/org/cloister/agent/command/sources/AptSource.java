package org.cloister.agent.command.sources;

import java.util.List;

/**
 * One archive and suite of binary packages.
 *
 * @param url above {@code dists/}
 * @param architectures empty where the source names none
 * @param signedBy paths of keyrings, or one ASCII-armored key block; empty where apt would take all the keys it trusts
 */
public record AptSource(
        String url, String suite, List<String> components, List<String> architectures, List<String> signedBy) {
    public AptSource {
        components = List.copyOf(components);
        architectures = List.copyOf(architectures);
        signedBy = List.copyOf(signedBy);
    }

    /** The same at another address. */
    AptSource at(String other) {
        return new AptSource(other, suite, components, architectures, signedBy);
    }
}
