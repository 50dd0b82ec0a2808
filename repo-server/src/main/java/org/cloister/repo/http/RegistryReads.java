package org.cloister.repo.http;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.AccessState.Issued;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Closures, mirrors and tokens as they are now. */
final class RegistryReads {
    private final Views views;
    private final Pool pool;
    private final Workers workers;

    RegistryReads(Views views, Pool pool, Workers workers) {
        this.pool = pool;
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("getClosure", this::closure)
                .on(
                        "listMirrors",
                        exchange -> exchange.current(
                                views,
                                workers,
                                () -> Map.of(
                                        "mirrors",
                                        views.mirrors().all().values().stream()
                                                .map(RegistryReads::mirror)
                                                .toList())))
                .on(
                        "listTokens",
                        exchange -> exchange.current(
                                views,
                                workers,
                                () -> Map.of(
                                        "tokens",
                                        views.tokens().all().stream()
                                                .map(this::token)
                                                .sorted(Comparator.comparing(Token::principal)
                                                        .thenComparing(Token::id))
                                                .toList())));
    }

    private record ClosureBody(
            @Nullable String closure, @Nullable LayerId configured) {}

    private void closure(Exchange exchange) {
        ClosureId id = ClosureId.parse(exchange.path("digest"));
        exchange.current(views, workers, () -> {
            Closure closure = views.closures().find(id);
            LayerId configured = views.closures().configured(id);
            if (closure == null && configured == null) {
                throw RefusedException.of(
                        Rule.CLOSURE_UNKNOWN,
                        "no host was ever asked to have the closure " + id + ", and nobody configured it",
                        "check the digest; requests of hosts name their closures");
            }
            // One that was collected has to be made again, by whoever needs it.
            boolean here = configured != null && pool.layer(configured).isPresent();
            return new ClosureBody(closure == null ? null : closure.canonicalText(), here ? configured : null);
        });
    }

    private record Mirror(
            String name,
            String url,
            String suite,
            List<String> components,
            List<String> architectures,
            ArtifactPolicy artifacts,
            @Nullable Integer maxAgeDays,
            int listed,
            @Nullable Instant synchronizedAt,
            @Nullable String failure) {}

    private static Mirror mirror(MirrorState state) {
        MirrorDefined definition = state.definition();
        MirrorSyncFailed failure = state.lastFailure();
        MirrorIndexed indexed = state.lastIndex();
        if (definition == null) {
            throw new IllegalStateException("a mirror that was never defined");
        }
        return new Mirror(
                definition.name().text(),
                definition.url(),
                definition.suite(),
                definition.components(),
                definition.architectures(),
                definition.artifacts(),
                definition.maxAgeDays(),
                indexed == null ? 0 : indexed.total(),
                state.synchronizedAt(),
                failure == null ? null : failure.reason());
    }

    private record Token(
            TokenId id,
            Principal principal,
            List<Role> roles,
            @Nullable HostId host,
            @Nullable Instant expires,
            boolean revoked) {}

    private Token token(Issued issued) {
        TokenIssued event = issued.event();
        return new Token(
                event.id(),
                event.principal(),
                List.copyOf(event.roles()),
                event.host(),
                event.expires(),
                issued.revokedFor() != null || views.hosts().isRetired(event.host()));
    }
}
