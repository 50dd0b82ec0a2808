package org.cloister.repo.http;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.cloister.events.Principal;
import org.cloister.events.sign.SignedRoot;
import org.cloister.repo.apt.SigningKey;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.decide.TrustDecider.OnlineKeys;
import org.cloister.repo.decide.TrustState.Root;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.view.Views;

/** The repository's trust roots, all of them: who believes an old one finds his way to the last. */
final class TrustRootEndpoints {
    private static final String IMMUTABLE = "private, max-age=31536000, immutable";

    private final CommandService commands;
    private final Views views;
    private final LogProofs proofs;
    private final SigningKey release;
    private final Workers workers;
    private final InstantSource clock;

    TrustRootEndpoints(
            CommandService commands,
            Views views,
            LogProofs proofs,
            SigningKey release,
            Workers workers,
            InstantSource clock) {
        this.clock = clock;
        this.commands = commands;
        this.views = views;
        this.proofs = proofs;
        this.release = release;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("listTrustRoots", this::list)
                .on("getTrustRoot", this::get)
                .on("publishTrustRoot", this::publish)
                .on("getTimeStamp", this::stamp);
    }

    private record Summary(int version, Instant expires, Instant publishedAt, Principal publishedBy, long position) {
        static Summary of(Root root) {
            SignedRoot signed = SignedRoot.parse(root.event().document());
            return new Summary(
                    signed.root().version(),
                    signed.root().expires(),
                    root.at().at(),
                    root.at().by(),
                    root.at().position().value());
        }
    }

    private record Roots(List<Summary> roots) {}

    private void list(Exchange exchange) {
        exchange.current(
                views,
                workers,
                () -> new Roots(
                        views.trust().state().roots().stream().map(Summary::of).toList()));
    }

    private void get(Exchange exchange) {
        int version = Exchange.value(exchange.path("version"), Integer::parseInt);
        exchange.whenCurrent(views, position -> {
            List<Root> roots = views.trust().state().roots();
            if (version > roots.size()) {
                throw RefusedException.of(
                        Rule.TRUST_ROOT_UNKNOWN,
                        "the repository has " + roots.size() + " trust roots, none of version " + version,
                        "see those that there are: cloister trust list");
            }
            exchange.context().response().putHeader("Cache-Control", IMMUTABLE);
            Replies.text(exchange.context(), roots.get(version - 1).event().document());
        });
    }

    private void stamp(Exchange exchange) {
        exchange.whenCurrent(views, position -> {
            int last = views.trust().state().roots().size();
            exchange.then(workers.run(() -> proofs.signedTimeStamp(clock.instant(), last)), note -> {
                exchange.context().response().putHeader("Cache-Control", "no-store");
                Replies.text(exchange.context(), note);
            });
        });
    }

    private record Document(String document) {}

    private record Published(int version, long position) {}

    private void publish(Exchange exchange) {
        SignedRoot root;
        try {
            root = proofs.introduced(
                    SignedRoot.parse(exchange.body(Document.class).document()));
        } catch (IllegalArgumentException e) {
            throw RefusedException.of(
                    Rule.TRUST_ROOT_INVALID,
                    "that is no trust root: " + e.getMessage(),
                    "send what cloister trust init or rotate wrote and cloister trust sign signed");
        }
        OnlineKeys online = new OnlineKeys(proofs.key(), release.fingerprint());
        Outcomes.reply(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, commands.publishRoot(exchange.request(), root, online)),
                done -> new Published(done.answer(), done.recorded().position()));
    }
}
