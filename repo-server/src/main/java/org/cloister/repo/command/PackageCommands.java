package org.cloister.repo.command;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.Principal;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.repo.command.LayerPresence.Keeping;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.PackageDecider;
import org.cloister.repo.decide.PackageState;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.TrustDecider;
import org.cloister.repo.decide.TrustDecider.Admission;
import org.cloister.repo.decide.TrustState;
import org.cloister.repo.log.Append.Part;
import org.jspecify.annotations.Nullable;

/** Commands on packages. */
final class PackageCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final LayerPresence pool;
    private final InstantSource clock;

    PackageCommands(CommandRunner runner, Streams streams, LayerPresence pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
        this.runner = runner;
        this.streams = streams;
    }

    /** What a mirror brings is published by its operator, and was signed by its archive. */
    CompletionStage<Outcome<PackagePublished>> publish(
            Request request, PackagePublished publication, @Nullable DetachedSignature signature) {
        Refusal refusal = publication.mirror() == null
                ? Authority.unbound(request.caller(), Role.PUBLISHER)
                : Authority.unbound(request.caller(), Role.PUBLISHER, Role.OPERATOR);
        return runner.run(
                request,
                refusal,
                publication.mirror() == null
                        ? new Upload(publication, request.caller().principal(), signature)
                        : new Publish(publication));
    }

    CompletionStage<Outcome<PackageId>> yank(Request request, PackageId id, String reason) {
        return change(request, id, state -> PackageDecider.yank(state, id, reason));
    }

    CompletionStage<Outcome<PackageId>> restore(Request request, PackageId id, String reason) {
        return Kept.during(
                pool,
                keeping -> change(
                        request, id, state -> PackageDecider.restore(state, id, reason, isHere(state, id, keeping))));
    }

    private static boolean isHere(PackageState state, PackageId id, Keeping keeping) {
        Published version = state.version(id);
        return version != null
                && keeping.artifact(version.event().artifact())
                && keeping.layer(version.event().layer());
    }

    private CompletionStage<Outcome<PackageId>> change(
            Request request, PackageId id, Function<PackageState, Decision<PackageEvent>> rule) {
        return runner.run(request, Authority.unbound(request.caller(), Role.PUBLISHER), new Change(id, rule));
    }

    private Loaded<PackageState> load(PackageId id) {
        return streams.load(StreamFamily.PACKAGE, stream(id));
    }

    private static StreamId stream(PackageId id) {
        return StreamId.ofPackage(id.name().text());
    }

    private sealed class Publish implements Plan<PackagePublished> permits Upload {
        final PackagePublished wanted;

        Publish(PackagePublished wanted) {
            this.wanted = wanted;
        }

        @Override
        public CompletionStage<Attempt<PackagePublished>> attempt() {
            return CompletableFuture.completedFuture(publish(null));
        }

        Attempt<PackagePublished> publish(@Nullable PackageSigned signature) {
            Loaded<PackageState> loaded = load(wanted.id());
            Published present = loaded.state().version(wanted.id());
            PackagePublished answer = present == null ? wanted : present.event();
            return Attempt.of(
                    PackageDecider.publish(loaded.state(), wanted, signature),
                    stream(wanted.id()),
                    loaded.version(),
                    events -> answer,
                    answer);
        }

        @Override
        public @Nullable PackagePublished repeated(List<Event> events) {
            if (events.get(0) instanceof PackageSigned signed) {
                Published present = load(signed.id()).state().version(signed.id());
                return present == null ? null : present.event();
            }
            return events.get(0) instanceof PackagePublished published ? published : null;
        }
    }

    /** Recorded only if keys and policy are still those that admitted it: who revokes a key knows that nothing follows with it. */
    private final class Upload extends Publish {
        private final Principal publisher;
        private final @Nullable DetachedSignature signature;

        Upload(PackagePublished wanted, Principal publisher, @Nullable DetachedSignature signature) {
            super(wanted);
            this.publisher = publisher;
            this.signature = signature;
        }

        @Override
        public CompletionStage<Attempt<PackagePublished>> attempt() {
            Loaded<TrustState> trust = streams.load(StreamFamily.TRUST, StreamId.trust());
            Admission admission =
                    TrustDecider.admit(trust.state(), publisher, signature, wanted.artifact(), clock.instant());
            return CompletableFuture.completedFuture(
                    admission instanceof Admission.Refused refused
                            ? new Attempt.Refused<>(refused.refusal())
                            : onCondition(publish(signed((Admission.Admitted) admission)), trust.version()));
        }

        private @Nullable PackageSigned signed(Admission.Admitted admission) {
            PublisherKeyId key = admission.signer();
            return key == null || signature == null
                    ? null
                    : new PackageSigned(wanted.id(), wanted.artifact(), publisher, key, signature.text());
        }

        private static Attempt<PackagePublished> onCondition(Attempt<PackagePublished> attempt, long trustVersion) {
            if (!(attempt instanceof Attempt.Proposed<PackagePublished> proposed)) {
                return attempt;
            }
            List<Part> parts = new ArrayList<>(proposed.parts());
            parts.add(new Part(StreamId.trust(), trustVersion, List.of()));
            return new Attempt.Proposed<>(parts, proposed.answer());
        }
    }

    private final class Change implements Plan<PackageId> {
        private final PackageId id;
        private final Function<PackageState, Decision<PackageEvent>> rule;

        Change(PackageId id, Function<PackageState, Decision<PackageEvent>> rule) {
            this.id = id;
            this.rule = rule;
        }

        @Override
        public CompletionStage<Attempt<PackageId>> attempt() {
            Loaded<PackageState> loaded = load(id);
            return CompletableFuture.completedFuture(
                    Attempt.of(rule.apply(loaded.state()), stream(id), loaded.version(), events -> id, id));
        }

        @Override
        public @Nullable PackageId repeated(List<Event> events) {
            return events.get(0) instanceof PackageEvent ? id : null;
        }
    }
}
