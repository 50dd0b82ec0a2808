package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RootName;
import org.cloister.repo.command.Resolver.Finding;
import org.cloister.repo.command.Resolver.Finding.Found;
import org.cloister.repo.command.Resolver.Finding.Missing;
import org.cloister.repo.command.Resolver.Finding.Offered;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/** Turns wishes into the exact content of roots: each is resolved once, here. */
final class Targets {
    /** The longest name that a root can have. */
    private static final int MAX_ROOT_NAME = 99;

    private final Resolver resolver;

    Targets(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Either targets or a refusal. */
    record Result(List<RootTarget> targets, @Nullable Refusal refusal) {
        Result {
            targets = List.copyOf(targets);
        }

        private Result plus(RootTarget target) {
            List<RootTarget> more = new ArrayList<>(targets);
            more.add(target);
            return new Result(more, refusal);
        }
    }

    /** What is wrong with the wishes before anything is resolved, or null. */
    @Nullable
    Refusal problem(List<Wanted> packages) {
        if (packages.isEmpty()) {
            return new Refusal(Rule.NOTHING_NAMED, "the command names nothing", "name at least one package");
        }
        if (packages.size() > HostDecider.MAX_ROOTS) {
            return new Refusal(
                    Rule.TOO_LARGE,
                    "the command names " + packages.size() + " packages, and " + HostDecider.MAX_ROOTS
                            + " are the limit",
                    "split it");
        }
        for (Wanted wanted : packages) {
            if (wanted.alias() == null && wanted.name().plain().length() > MAX_ROOT_NAME) {
                return new Refusal(
                        Rule.ROOT_NAME_INVALID,
                        "the package name " + wanted.name() + " is too long for a root",
                        "name the root with --as ALIAS");
            }
        }
        return null;
    }

    /** The first that can't be resolved is the result. */
    CompletionStage<Result> resolve(List<Wanted> packages) {
        CompletionStage<Result> all = CompletableFuture.completedFuture(new Result(List.of(), null));
        for (Wanted wanted : packages) {
            all = all.thenCompose(sofar -> sofar.refusal() != null
                    ? CompletableFuture.completedFuture(sofar)
                    : resolver.resolve(wanted.name(), wanted.version(), wanted.recommends())
                            .thenApply(found -> add(sofar, wanted, found)));
        }
        return all;
    }

    private static Result add(Result sofar, Wanted wanted, Finding found) {
        if (found instanceof Missing missing) {
            return new Result(List.of(), missing.refusal());
        }
        if (found instanceof Offered offered) {
            return new Result(List.of(), offered.refusal());
        }
        Found resolved = (Found) found;
        RootName alias = wanted.alias();
        RootName root = alias == null ? new RootName(wanted.name().plain()) : alias;
        return sofar.plus(new RootTarget(root, resolved.requested(), resolved.closure(), wanted.recommends()));
    }

    /** What of the closures has to be fetched first, each once; empty where all is here. */
    CompletionStage<Shortage> shortage(List<Wanted> packages) {
        CompletionStage<Shortage> all = CompletableFuture.completedFuture(new Shortage(List.of(), null));
        for (Wanted wanted : packages) {
            all = all.thenCompose(sofar -> sofar.refusal() != null
                    ? CompletableFuture.completedFuture(sofar)
                    : resolver.resolve(wanted.name(), wanted.version(), wanted.recommends())
                            .thenApply(sofar::plus));
        }
        return all;
    }

    /** Either what is missing or a refusal. */
    record Shortage(List<Offer> missing, @Nullable Refusal refusal) {
        private Shortage plus(Finding found) {
            if (found instanceof Missing none) {
                return new Shortage(List.of(), none.refusal());
            }
            if (!(found instanceof Offered offered)) {
                return this;
            }
            Set<Offer> more = new LinkedHashSet<>(missing);
            more.addAll(offered.missing());
            return new Shortage(List.copyOf(more), null);
        }
    }

    /**
     * The newest of what is present; left out are roots that have it or something newer that is no longer published.
     *
     * @param strict whether a root whose package can't be resolved now is a refusal; otherwise it stays as it is
     */
    CompletionStage<Result> newest(List<RootTarget> present, boolean strict) {
        CompletionStage<Result> all = CompletableFuture.completedFuture(new Result(List.of(), null));
        for (RootTarget target : present) {
            all = all.thenCompose(sofar -> sofar.refusal() != null
                    ? CompletableFuture.completedFuture(sofar)
                    : resolver.resolve(target.requested().name(), null, target.recommends())
                            .thenApply(found -> addNewer(sofar, target, found, strict)));
        }
        return all;
    }

    private static Result addNewer(Result sofar, RootTarget present, Finding found, boolean strict) {
        if (found instanceof Missing missing) {
            return strict ? new Result(List.of(), missing.refusal()) : sofar;
        }
        if (found instanceof Offered offered) {
            return new Result(List.of(), offered.refusal());
        }
        Found resolved = (Found) found;
        boolean older =
                resolved.requested().version().compareTo(present.requested().version()) < 0;
        RootTarget target =
                new RootTarget(present.root(), resolved.requested(), resolved.closure(), present.recommends());
        return older || target.equals(present) ? sofar : sofar.plus(target);
    }
}
