package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.layer.Closure;
import org.cloister.repo.command.LayerPresence.Keeping;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/** Content that a command names is here, and stays until the command's events are durable. */
final class Kept {
    private Kept() {}

    /** Runs a command that keeps what it names. */
    static <A> CompletionStage<Outcome<A>> during(
            LayerPresence pool, Function<Keeping, CompletionStage<Outcome<A>>> command) {
        Keeping keeping = pool.keeping();
        boolean running = false;
        try {
            CompletionStage<Outcome<A>> outcome =
                    command.apply(keeping).whenComplete((done, failure) -> keeping.close());
            running = true;
            return outcome;
        } finally {
            if (!running) {
                keeping.close();
            }
        }
    }

    /** The same attempt, or its refusal if something that its hosts shall have is gone. */
    static <A> Attempt<A> withContent(Attempt<A> attempt, Keeping keeping) {
        if (attempt instanceof Attempt.Proposed<A> proposed) {
            for (var part : proposed.parts()) {
                for (Event event : part.events()) {
                    Closure.Member gone = missing(event, keeping);
                    if (gone != null) {
                        return new Attempt.Refused<>(collected(gone));
                    }
                }
            }
        }
        return attempt;
    }

    private static Closure.@Nullable Member missing(Event event, Keeping keeping) {
        List<RootTarget> targets = event instanceof InstallRequested install
                ? install.roots()
                : event instanceof RollbackRequested rollback ? rollback.roots() : List.of();
        for (RootTarget target : targets) {
            for (Closure.Member member : target.closure().packages()) {
                if (!keeping.layer(member.layer())) {
                    return member;
                }
                // Its artifact stays with it; a host needs only the layer.
                keeping.artifact(member.artifact());
            }
        }
        return null;
    }

    private static Refusal collected(Closure.Member member) {
        return new Refusal(
                Rule.CONTENT_COLLECTED,
                "the content of " + member.id()
                        + " is no longer in the pool: it was collected by the rules of retention",
                "install another version, or publish the same file again; see what went with: cloister audit history");
    }
}
