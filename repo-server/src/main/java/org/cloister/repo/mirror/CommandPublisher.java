package org.cloister.repo.mirror;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.RequestId;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Request;
import org.cloister.repo.decide.MirrorDifference;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.view.Catalog;
import org.cloister.repo.view.CatalogEntry;
import org.jspecify.annotations.Nullable;

/** Publishes through the repository's commands, in the name of who asked for the synchronization. */
public final class CommandPublisher implements Publisher {
    private final CommandService commands;
    private final Catalog catalog;
    private final Caller caller;
    private final CorrelationId correlation;

    public CommandPublisher(CommandService commands, Catalog catalog, Caller caller, CorrelationId correlation) {
        this.commands = commands;
        this.catalog = catalog;
        this.caller = caller;
        this.correlation = correlation;
    }

    @Override
    public @Nullable Digest published(PackageId id) {
        CatalogEntry entry = catalog.find(id.name());
        Published version = entry == null ? null : entry.state().version(id);
        return version == null ? null : version.event().artifact();
    }

    @Override
    public CompletionStage<Answer> publish(Imported imported, MirrorName mirror) {
        PackagePublished event = new PackagePublished(
                imported.id(),
                imported.artifact(),
                imported.artifactSize(),
                imported.layer(),
                imported.control(),
                mirror);
        return commands.publish(request(), event).thenApply(CommandPublisher::answer);
    }

    @Override
    public CompletionStage<Answer> indexed(List<MirrorDifference> found) {
        return commands.mirrorsIndexed(request(), found).thenApply(CommandPublisher::answer);
    }

    @Override
    public CompletionStage<Answer> synchronizedWell(MirrorSynchronized event) {
        return commands.mirrorSynchronized(request(), event).thenApply(CommandPublisher::answer);
    }

    @Override
    public CompletionStage<Answer> failed(MirrorSyncFailed event) {
        return commands.mirrorSyncFailed(request(), event).thenApply(CommandPublisher::answer);
    }

    private Request request() {
        return new Request(caller, new RequestId(UUID.randomUUID().toString()), correlation);
    }

    private static <A> Answer answer(Outcome<A> outcome) {
        if (outcome instanceof Outcome.Accepted<A> accepted) {
            return new Answer.Recorded(accepted.last().value());
        }
        if (outcome instanceof Outcome.Unchanged<A> unchanged) {
            return new Answer.Recorded(unchanged.asOf().value());
        }
        return new Answer.Refused(((Outcome.Refused<A>) outcome).refusal().detail());
    }
}
