package org.cloister.repo.command;

import java.util.concurrent.CompletionStage;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.repo.decide.Refusal;
import org.jspecify.annotations.Nullable;

/** Finds what a package needs among all that is published at the time of asking. Thread-safe. */
@FunctionalInterface
public interface Resolver {
    /**
     * @param version null: the newest that can be
     * @param recommends whether what packages recommend comes too where it is published
     */
    CompletionStage<Finding> resolve(PackageName name, @Nullable DebianVersion version, boolean recommends);

    /** What was found. */
    sealed interface Finding {
        /** The package that is meant, and all of its dependencies, exact. */
        record Found(PackageId requested, Closure closure) implements Finding {}

        /** The explanation. */
        record Missing(Refusal refusal) implements Finding {}
    }
}
