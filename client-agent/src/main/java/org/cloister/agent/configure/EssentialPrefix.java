package org.cloister.agent.configure;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;

/**
 * The essential packages of a closure and what they depend on, as a closure of their own: they come first in configuration
 * order. Other closures of the same organization start with the same ones, so they are configured once.
 */
final class EssentialPrefix {
    private EssentialPrefix() {}

    /** Empty if the closure has no essential package, or nothing else. */
    static Optional<Closure> of(Closure closure, Predicate<PackageId> isEssential) {
        List<Closure.Member> packages = closure.packages();
        int length = 0;
        for (int i = 0; i < packages.size(); i++) {
            if (isEssential.test(packages.get(i).id())) {
                length = i + 1;
            }
        }
        return length == 0 || length == packages.size()
                ? Optional.empty()
                : Optional.of(new Closure(packages.subList(0, length)));
    }
}
