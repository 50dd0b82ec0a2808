package org.cloister.agent.follow;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.cloister.agent.control.Progress;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.PendingRequest;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;

/** Carries out one request up to the switch. Repeating it after a crash does the rest of it. One thread. */
public final class RequestWork {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Preparation preparation;
    private final Switchover switchover;
    private final Leaving leaving;

    /** Hears of an image before another one takes its place; hearing it twice does no harm. */
    @FunctionalInterface
    public interface Leaving {
        void leave(HostImage now, HostImage next) throws IOException;
    }

    public RequestWork(Preparation preparation, Switchover switchover, Leaving leaving) {
        this.preparation = preparation;
        this.switchover = switchover;
        this.leaving = leaving;
    }

    /** The image after it and what is to be reported. */
    record Result(HostImage image, HostEvent outcome) {}

    /** @throws IOException if something doesn't answer; the host is as before or as after, and trying again goes on */
    Result carryOut(PendingRequest request, HostImage image, Position at, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        if (request instanceof PendingRequest.Install install) {
            long start = System.nanoTime();
            return linked(
                    request,
                    install.targets(),
                    image,
                    at,
                    progress,
                    (outcomes, digest) -> new InstallationSucceeded(
                            request.position(), outcomes, digest, (System.nanoTime() - start) / NANOS_PER_MILLI));
        }
        if (request instanceof PendingRequest.Rollback rollback) {
            return linked(
                    request,
                    rollback.targets(),
                    image,
                    at,
                    progress,
                    (outcomes, digest) -> new RollbackCompleted(request.position(), outcomes, digest));
        }
        return switched(image, at, digest -> new RemovalCompleted(request.position(), request.roots(), digest, true));
    }

    /** Makes the roots of a replayed image present. */
    void settle(HostImage image, Position at, Consumer<Progress> progress) throws IOException, InterruptedException {
        preparation.bring(image, progress);
        switchover.to(image.generation(at));
    }

    private interface LinkedOutcome {
        HostEvent of(List<RootOutcome> outcomes, Digest generation);
    }

    private interface Outcome {
        HostEvent of(Digest generation);
    }

    private Result linked(
            PendingRequest request,
            List<RootTarget> targets,
            HostImage image,
            Position at,
            Consumer<Progress> progress,
            LinkedOutcome outcome)
            throws IOException, InterruptedException {
        Preparation.Prepared prepared = preparation.prepare(targets, progress);
        if (prepared instanceof Preparation.Prepared.Failed failed) {
            HostEvent event =
                    new InstallationFailed(request.position(), request.roots(), failed.step(), failed.reason());
            return new Result(image.evolve(at, event).image(), event);
        }
        List<RootOutcome> outcomes = ((Preparation.Prepared.Ready) prepared).outcomes();
        return switched(image, at, digest -> outcome.of(outcomes, digest));
    }

    /** The outcome names the generation that it leads to, whose digest doesn't depend on it. */
    private Result switched(HostImage image, Position at, Outcome outcome) throws IOException {
        HostImage after =
                image.evolve(at, outcome.of(image.generation(at).digest())).image();
        Digest digest = after.generation(at).digest();
        leaving.leave(image, after);
        switchover.to(after.generation(at));
        return new Result(after, outcome.of(digest));
    }
}
