package org.cloister.repo.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.Principal;
import org.cloister.repo.apt.Publisher;
import org.cloister.repo.apt.SigningKey;
import org.cloister.repo.collect.CollectedContent;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.AptContent.Cache;
import org.cloister.repo.mirror.ArtifactFetches;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /apt/…}, for stock apt and its like. Beside the described surface: nothing here is JSON, and apt's rules are others than a
 * REST client's. On the request's event loop; what blocks runs on workers.
 */
final class AptEndpoint implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AptEndpoint.class);
    private static final int BAD_GATEWAY = 502;

    private final Views views;
    private final SigningKey key;
    private final Authenticator authenticator;
    private final RefusalLog refusals;
    private final AptMoments moments;
    private final AptIndexes indexes;
    private final AptArtifacts artifacts;
    private final SmallFiles small;
    private final AptAnswer answer;

    /** What it is made of. {@code fetchers} are for what may take seconds, so that nothing else waits behind it. */
    record Parts(
            Vertx vertx,
            Views views,
            Publisher publisher,
            Pool pool,
            ArtifactFetches fetches,
            CollectedContent collected,
            Authenticator authenticator,
            RefusalLog refusals,
            Workers workers,
            Workers fetchers,
            InstantSource clock) {}

    AptEndpoint(Parts parts) {
        this.views = parts.views();
        this.key = parts.publisher().key();
        this.authenticator = parts.authenticator();
        this.refusals = parts.refusals();
        this.moments = new AptMoments(parts.views().projection(), parts.clock());
        this.indexes = new AptIndexes(parts.vertx(), parts.views(), parts.publisher(), parts.fetchers());
        this.artifacts = new AptArtifacts(parts);
        this.small = new SmallFiles(parts.workers());
        this.answer = new AptAnswer(parts.vertx(), parts.workers());
    }

    static boolean isFor(HttpServerRequest request) {
        String path = request.path();
        return path != null && path.startsWith(AptPath.PREFIX);
    }

    @Override
    public void handle(HttpServerRequest request) {
        boolean read =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        AptPath path = read ? AptPath.parse(request.path()) : null;
        if (path == null) {
            AptAnswer.text(request, read ? 404 : 405, read ? "there is no such file" : "here is only GET and HEAD");
            return;
        }
        try {
            Future<Optional<AptContent>> content = content(request, path)
                    .compose(found -> found.isEmpty()
                            ? Future.succeededFuture(found)
                            : small.inMemory(found.get()).map(Optional::of));
            content.onSuccess(found -> found.ifPresentOrElse(
                            there -> answer.content(request, there),
                            () -> AptAnswer.text(request, 404, "there is no such file in " + path.distribution())))
                    .onFailure(failure -> failed(request, failure));
        } catch (RuntimeException e) {
            failed(request, e);
        }
    }

    private Future<Optional<AptContent>> content(HttpServerRequest request, AptPath path) {
        if (path.file().isEmpty()) {
            return Future.succeededFuture(key(path.distribution()));
        }
        DistributionHistory history = history(path.distribution());
        DistributionSnapshot now = history == null ? null : history.now();
        if (history == null || now == null) {
            return Future.succeededFuture(Optional.empty());
        }
        requireAccess(request, now.definition());
        DistributionSnapshot asked = path.moment() == null ? now : moments.find(history, path.moment());
        if (asked == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return path.file().get(0).equals("dists")
                ? indexes.find(path, history, asked)
                : artifacts.find(path, history, asked);
    }

    private Optional<AptContent> key(String name) {
        return switch (name) {
            case "key.asc" -> key(key.armored().getBytes(StandardCharsets.US_ASCII));
            case "key.gpg" -> key(key.binary());
            default -> Optional.empty();
        };
    }

    private Optional<AptContent> key(byte[] bytes) {
        return Optional.of(AptContent.of(bytes, key.created(), Cache.NO_CACHE));
    }

    private @Nullable DistributionHistory history(String name) {
        try {
            return views.distributions().find(new DistributionName(name));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** apt sends what its auth.conf has as a name and a password; the password is a token. */
    private void requireAccess(HttpServerRequest request, DistributionDefined definition) {
        if (!definition.open() && authenticator.authenticate(asBearer(request.getHeader("Authorization"))) == null) {
            throw RefusedException.of(
                    Rule.UNAUTHENTICATED,
                    "distribution " + definition.name() + " is read with a token",
                    "give apt one in auth.conf: machine … login token password …");
        }
    }

    private static @Nullable String asBearer(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return authorization;
        }
        try {
            byte[] pair = Base64.getDecoder()
                    .decode(authorization.substring("basic ".length()).strip());
            String text = new String(pair, StandardCharsets.UTF_8);
            return "Bearer " + text.substring(text.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void failed(HttpServerRequest request, Throwable failure) {
        if (failure instanceof RefusedException refused) {
            Problem problem = refused.problem();
            if (problem.status() == 401) {
                String address = request.remoteAddress().hostAddress();
                refusals.note(Principal.ANONYMOUS, String.valueOf(address), "readDistribution", problem.rule());
                request.response().putHeader("WWW-Authenticate", "Basic realm=\"cloister\"");
            }
            AptAnswer.text(request, problem.status(), problem.detail() + ": " + problem.remedy());
        } else if (failure instanceof UpstreamFailed) {
            LOG.warn("{} can't be had from upstream: {}", request.path(), failure.getMessage());
            AptAnswer.text(request, BAD_GATEWAY, String.valueOf(failure.getMessage()));
        } else {
            AptAnswer.failed(request, failure);
        }
    }

    /** The archive behind this one doesn't give what it lists. */
    static final class UpstreamFailed extends Exception {
        private static final long serialVersionUID = 1;

        UpstreamFailed(String message) {
            super(message);
        }
    }
}
