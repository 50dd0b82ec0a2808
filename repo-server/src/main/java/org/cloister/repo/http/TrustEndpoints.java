package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.Principal;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.sign.PublisherKey;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.decide.TrustState;
import org.cloister.repo.view.TrustView;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Publishers' keys, what they signed, and whether uploads need them. */
final class TrustEndpoints {
    /** Of what a key signed, in one answer. */
    private static final int PAGE = 1_000;

    private final CommandService commands;
    private final Views views;
    private final Workers workers;

    TrustEndpoints(CommandService commands, Views views, Workers workers) {
        this.commands = commands;
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("listPublisherKeys", this::list)
                .on("registerPublisherKey", this::registerKey)
                .on("getPublisherKey", this::get)
                .on("revokePublisherKey", this::revoke)
                .on("changeSignaturePolicy", this::change);
    }

    private record Revoked(Instant at, Principal by, long position, String reason) {
        static @Nullable Revoked of(TrustState.Key key) {
            Occurrence at = key.revoked();
            String reason = key.revokedFor();
            return at == null || reason == null
                    ? null
                    : new Revoked(at.at(), at.by(), at.position().value(), reason);
        }
    }

    private record Key(
            PublisherKeyId key,
            Principal publisher,
            Instant registeredAt,
            Principal registeredBy,
            long position,
            @Nullable Revoked revoked,
            int signatures) {}

    private record Keys(SignaturePolicy policy, List<Key> keys) {}

    private record Signed(
            String name, String version, String architecture, Digest artifact, long position, Instant signedAt) {
        static Signed of(TrustView.Signed signed) {
            return new Signed(
                    signed.event().id().name().text(),
                    signed.event().id().version().text(),
                    signed.event().id().architecture().text(),
                    signed.event().artifact(),
                    signed.at().position().value(),
                    signed.at().at());
        }
    }

    private record WholeKey(Key key, String publicKey, List<Signed> signed) {}

    private void list(Exchange exchange) {
        exchange.current(views, workers, () -> {
            TrustState state = views.trust().state();
            return new Keys(
                    state.policy(),
                    state.keys().values().stream().map(this::key).toList());
        });
    }

    private Key key(TrustState.Key key) {
        PublisherKeyRegistered event = key.event();
        return new Key(
                event.key(),
                event.publisher(),
                key.registered().at(),
                key.registered().by(),
                key.registered().position().value(),
                Revoked.of(key),
                views.trust().signedBy(event.key()).size());
    }

    private void get(Exchange exchange) {
        PublisherKeyId id = Exchange.value(exchange.path("key"), PublisherKeyId::new);
        exchange.current(views, workers, () -> {
            TrustState.Key key = views.trust().state().keys().get(id);
            if (key == null) {
                throw RefusedException.of(
                        Rule.PUBLISHER_KEY_UNKNOWN,
                        "no key " + id + " is registered",
                        "see those that are: cloister key list");
            }
            List<TrustView.Signed> signed = views.trust().signedBy(id);
            return new WholeKey(
                    key(key),
                    key.event().publicKey(),
                    signed.subList(Math.max(0, signed.size() - PAGE), signed.size()).stream()
                            .map(Signed::of)
                            .toList());
        });
    }

    private record Registration(Principal publisher, String publicKey) {}

    private void registerKey(Exchange exchange) {
        Registration body = exchange.body(Registration.class);
        PublisherKey key;
        try {
            key = PublisherKey.parse(body.publicKey());
        } catch (IllegalArgumentException e) {
            throw RefusedException.of(
                    Rule.KEY_INVALID,
                    "that is no key of a publisher: " + e.getMessage(),
                    "register the public half of an Ed25519 key (cloister key new FILE) or of an OpenPGP key");
        }
        Outcomes.reply(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(
                        views,
                        commands.registerKey(
                                exchange.request(),
                                new PublisherKeyRegistered(key.id(), body.publisher(), body.publicKey()))),
                done -> new Registered(done.answer(), done.recorded().position()));
    }

    private record Registered(PublisherKeyId key, long position) {}

    private void revoke(Exchange exchange) {
        PublisherKeyId key = Exchange.value(exchange.path("key"), PublisherKeyId::new);
        ReasonBody body = exchange.body(ReasonBody.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(views, commands.revokeKey(exchange.request(), key, body.reason())));
    }

    private record Policy(SignaturePolicy policy) {}

    private void change(Exchange exchange) {
        Policy body = exchange.body(Policy.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, commands.changeSignatures(exchange.request(), body.policy())));
    }
}
