package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.events.layer.Closure;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/** Finds what a package needs among all that is published at the time of asking. Thread-safe. */
@FunctionalInterface
public interface Resolver {
    /**
     * @param version null: the newest that can be
     * @param recommends whether what packages recommend comes too where it is published
     */
    CompletionStage<Finding> resolve(PackageName name, @Nullable Version version, boolean recommends);

    /** What was found. */
    sealed interface Finding {
        /** The package that is meant, and all of its dependencies, exact. */
        record Found(PackageId requested, Closure closure) implements Finding {}

        /** What of the closure isn't here and has to be fetched from mirrors before anybody can have it. */
        record Offered(List<Offer> missing) implements Finding {
            public Offered {
                missing = List.copyOf(missing);
            }

            /** For those who asked for what is here. */
            public Refusal refusal() {
                long bytes = missing.stream()
                        .mapToLong(offer -> offer.listed().size())
                        .sum();
                String names = missing.stream()
                        .map(offer -> offer.listed().id().name().text())
                        .distinct()
                        .limit(MAX_NAMED)
                        .collect(Collectors.joining(", "));
                return new Refusal(
                        Rule.NOT_FETCHED,
                        missing.size() + " packages (" + bytes + " bytes) of the closure are listed by mirror "
                                + missing.get(0).mirror() + " and aren't fetched yet: " + names
                                + (missing.size() > MAX_NAMED ? " …" : ""),
                        "fetch them (POST /v1/hosts/HOST/fetches, which the cloister command does by itself), then ask again");
            }
        }

        /** Names in an explanation. */
        int MAX_NAMED = 8;

        /** The explanation. */
        record Missing(Refusal refusal) implements Finding {}
    }
}
