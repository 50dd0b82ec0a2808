package org.cloister.repo.advisory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.repo.advisory.AdvisoryFile.Read;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Request;
import org.cloister.repo.decide.Refusal;
import org.jspecify.annotations.Nullable;

/** Records what a file of advisories says that isn't known yet. */
public final class AdvisoryImport {
    /** Commands on their way; enough to fill the sequencer's batches. */
    private static final int WINDOW = 256;

    private final CommandService commands;
    private final AdvisoriesView view;

    public AdvisoryImport(CommandService commands, AdvisoriesView view) {
        this.commands = commands;
        this.view = view;
    }

    /**
     * What became of a file.
     *
     * @param recorded how many advisories are new or say something new
     * @param last the last event of them; {@link Position#NONE} if there is none
     * @param refusal why the first one was refused that was, or null; those before it stay
     */
    public record Result(
            int recorded,
            int unchanged,
            Position last,
            @Nullable Refusal refusal) {}

    /** Blocks until all is durable. Fails with what the log failed with. */
    public Result record(Request request, Read file) {
        Tally tally = new Tally();
        Deque<CompletableFuture<Outcome<AdvisoryImported>>> running = new ArrayDeque<>();
        for (AdvisoryImported advisory : file.advisories()) {
            if (isKnown(advisory)) {
                tally.unchanged++;
                continue;
            }
            if (running.size() == WINDOW) {
                tally.count(running.remove().join());
            }
            if (tally.refusal != null) {
                break;
            }
            Request one = new Request(
                    request.caller(), new RequestId(UUID.randomUUID().toString()), request.correlation());
            running.add(commands.importAdvisory(one, advisory).toCompletableFuture());
        }
        running.forEach(outcome -> tally.count(outcome.join()));
        return new Result(tally.recorded, tally.unchanged, tally.last, tally.refusal);
    }

    private boolean isKnown(AdvisoryImported advisory) {
        return view.find(advisory.id()).stream().anyMatch(one -> one.advisory().saysTheSame(advisory));
    }

    /** What is counted on the way. */
    private static final class Tally {
        private int recorded;
        private int unchanged;
        private Position last = Position.NONE;
        private @Nullable Refusal refusal;

        void count(Outcome<AdvisoryImported> outcome) {
            if (outcome instanceof Outcome.Accepted<AdvisoryImported> accepted) {
                recorded++;
                last = accepted.last().isAfter(last) ? accepted.last() : last;
            } else if (outcome instanceof Outcome.Refused<AdvisoryImported> refused) {
                refusal = refusal == null ? refused.refusal() : refusal;
            } else {
                unchanged++;
            }
        }
    }
}
