package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.Event;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.AdvisoryDecider;
import org.cloister.repo.decide.AdvisoryState;
import org.jspecify.annotations.Nullable;

/** Commands on advisories. */
final class AdvisoryCommands {
    private final CommandRunner runner;
    private final Streams streams;

    AdvisoryCommands(CommandRunner runner, Streams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<AdvisoryImported>> take(Request request, AdvisoryImported wanted) {
        return runner.run(
                request,
                Authority.unbound(request.caller(), Role.AUDITOR, Role.OPERATOR),
                new Plan<AdvisoryImported>() {
                    @Override
                    public CompletionStage<Attempt<AdvisoryImported>> attempt() {
                        StreamId stream = StreamId.of(wanted.id());
                        Loaded<AdvisoryState> loaded = streams.load(StreamFamily.ADVISORY, stream);
                        return CompletableFuture.completedFuture(Attempt.of(
                                AdvisoryDecider.take(loaded.state(), wanted),
                                stream,
                                loaded.version(),
                                events -> wanted,
                                wanted));
                    }

                    @Override
                    public @Nullable AdvisoryImported repeated(List<Event> events) {
                        return events.get(0) instanceof AdvisoryImported imported ? imported : null;
                    }
                });
    }
}
