package org.cloister.repo.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.cloister.events.Digest;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.apt.IndexFiles;
import org.cloister.repo.apt.ListedArtifacts;
import org.cloister.repo.apt.PoolPath;
import org.cloister.repo.apt.Publication;
import org.cloister.repo.apt.Publisher;
import org.cloister.repo.audit.Moment;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.http.AptContent.Cache;
import org.cloister.repo.mirror.ArtifactFetches;
import org.cloister.repo.mirror.Fetched;
import org.cloister.repo.pool.Blob;
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
    private static final Set<String> SIGNED = Set.of("InRelease", "Release", "Release.gpg");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int BAD_GATEWAY = 502;
    /** As apt writes it in {@code [snapshot=…]}. */
    private static final Pattern COMPACT_TIME =
            Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z");
    /** For what was acknowledged to be published; then what is published is answered. */
    private static final long PUBLISHING_SECONDS = 20;

    private final Views views;
    private final Publisher publisher;
    private final Pool pool;
    private final ArtifactFetches fetches;
    private final ListedArtifacts listed;
    private final Authenticator authenticator;
    private final Workers workers;
    private final Vertx vertx;
    private final InstantSource clock;
    private final Artifacts artifacts = new Artifacts();

    AptEndpoint(
            Vertx vertx,
            Views views,
            Publisher publisher,
            Pool pool,
            ArtifactFetches fetches,
            Authenticator authenticator,
            Workers workers,
            InstantSource clock) {
        this.vertx = vertx;
        this.views = views;
        this.publisher = publisher;
        this.pool = pool;
        this.fetches = fetches;
        this.listed = new ListedArtifacts(views.listings());
        this.authenticator = authenticator;
        this.workers = workers;
        this.clock = clock;
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
            Future<Optional<AptContent>> content = content(request, path);
            content.onSuccess(found -> found.ifPresentOrElse(
                            there -> AptAnswer.content(request, there),
                            () -> AptAnswer.text(request, 404, "there is no such file in " + path.distribution())))
                    .onFailure(failure -> failed(request, failure));
        } catch (RuntimeException e) {
            failed(request, e);
        }
    }

    private static void failed(HttpServerRequest request, Throwable failure) {
        if (failure instanceof RefusedException refused) {
            Problem problem = refused.problem();
            if (problem.status() == 401) {
                request.response().putHeader("WWW-Authenticate", "Basic realm=\"cloister\"");
            }
            AptAnswer.text(request, problem.status(), problem.detail() + ": " + problem.remedy());
            return;
        }
        if (failure instanceof UpstreamFailed) {
            LOG.warn("{} can't be had from upstream: {}", request.path(), failure.getMessage());
            AptAnswer.text(request, BAD_GATEWAY, String.valueOf(failure.getMessage()));
            return;
        }
        LOG.error("{} {} failed", request.method(), request.path(), failure);
        AptAnswer.text(request, 500, "the repository failed; its log tells more");
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
        if (path.file().get(0).equals("pool")) {
            return artifact(path, history);
        }
        if (path.file().size() < 3 || !path.file().get(0).equals("dists")) {
            return Future.succeededFuture(Optional.empty());
        }
        return path.moment() == null ? present(path, history, now) : past(path, history, path.moment());
    }

    private Optional<AptContent> key(String name) {
        byte[] bytes = switch (name) {
            case "key.asc" -> publisher.key().armored().getBytes(StandardCharsets.US_ASCII);
            case "key.gpg" -> publisher.key().binary();
            default -> new byte[0];
        };
        return bytes.length == 0
                ? Optional.empty()
                : Optional.of(AptContent.of(bytes, publisher.key().created(), Cache.NO_CACHE));
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
        if (definition.open()) {
            return;
        }
        String authorization = request.getHeader("Authorization");
        if (authenticator.authenticate(asBearer(authorization)) == null) {
            throw RefusedException.of(
                    org.cloister.repo.decide.Rule.UNAUTHENTICATED,
                    "distribution " + definition.name() + " is read with a token",
                    "give apt one in auth.conf: machine … login token password …");
        }
    }

    private static @Nullable String asBearer(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return authorization;
        }
        try {
            String pair = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring("basic ".length()).strip()),
                    StandardCharsets.UTF_8);
            return "Bearer " + pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Future<Optional<AptContent>> artifact(AptPath path, DistributionHistory history) {
        List<String> file = path.file();
        if (file.size() != 3 || !HEX.matcher(file.get(1)).matches()) {
            return Future.succeededFuture(Optional.empty());
        }
        Digest digest = new Digest(file.get(1));
        AptContent known = artifacts.get(digest);
        if (known != null) {
            return Future.succeededFuture(Optional.of(known));
        }
        Context context = vertx.getOrCreateContext();
        return workers.run(() -> pool.artifact(digest))
                .compose(here -> here.isPresent()
                        ? workers.run(() -> remembered(digest, here.get()))
                        : workers.run(() -> source(path, history, digest))
                                .compose(source -> fetched(context, source, digest)));
    }

    private Optional<AptContent> remembered(Digest digest, Blob blob) throws IOException {
        AptContent content = AptContent.of(
                blob.path(), blob.size(), Files.getLastModifiedTime(blob.path()).toInstant(), Cache.IMMUTABLE);
        artifacts.put(digest, content);
        return Optional.of(content);
    }

    private Optional<ListedArtifacts.Source> source(AptPath path, DistributionHistory history, Digest digest) {
        PackageName name = PoolPath.packageName(path.name());
        if (name == null) {
            return Optional.empty();
        }
        DistributionSnapshot then = path.moment() == null ? null : then(history, path.moment());
        return then == null ? listed.find(history, name, digest) : listed.find(then, name, digest);
    }

    /** Nothing of it is sent before all of it is verified and here; a client that waits long asks again, and waits for the same transfer. */
    private Future<Optional<AptContent>> fetched(
            Context context, Optional<ListedArtifacts.Source> source, Digest digest) {
        if (source.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return Future.fromCompletionStage(
                        fetches.fetch(source.get().mirror(), source.get().listed()), context)
                .compose(fetched -> {
                    if (fetched instanceof Fetched.Failed failed) {
                        return Future.failedFuture(new UpstreamFailed(failed.detail() + ": " + failed.remedy()));
                    }
                    return workers.run(() -> remembered(digest, ((Fetched.Stored) fetched).blob()));
                });
    }

    /** The archive behind this one doesn't give what it lists. */
    private static final class UpstreamFailed extends Exception {
        private static final long serialVersionUID = 1;

        UpstreamFailed(String message) {
            super(message);
        }
    }

    private Future<Optional<AptContent>> present(AptPath path, DistributionHistory history, DistributionSnapshot now) {
        if (!isSuite(path, now.definition())) {
            return Future.succeededFuture(Optional.empty());
        }
        DistributionName name = now.definition().name();
        if (SIGNED.contains(path.below(2))) {
            return newest(name, history).map(publication -> Optional.of(signed(path, publication, Cache.NO_CACHE)));
        }
        Publication publication = publisher.current(name);
        return Future.succeededFuture(
                publication == null ? Optional.empty() : index(path, publication, Cache.NO_CACHE));
    }

    /** Who was told that something is recorded finds it published. */
    private Future<Publication> newest(DistributionName name, DistributionHistory history) {
        CompletionStage<Publication> newest = views.projection().current().thenCompose(position -> {
            DistributionSnapshot now = history.now();
            return publisher.reached(
                    name, now == null ? Position.NONE : now.at().position());
        });
        Context context = vertx.getOrCreateContext();
        return Future.fromCompletionStage(newest, context)
                .timeout(PUBLISHING_SECONDS, TimeUnit.SECONDS)
                .recover(late -> {
                    Publication current = publisher.current(name);
                    return current == null ? Future.failedFuture(late) : Future.succeededFuture(current);
                });
    }

    private Future<Optional<AptContent>> past(AptPath path, DistributionHistory history, String text) {
        DistributionSnapshot then = then(history, text);
        if (then == null || !isSuite(path, then.definition())) {
            return Future.succeededFuture(Optional.empty());
        }
        return workers.run(() -> {
            Publication publication = publisher.at(then);
            return SIGNED.contains(path.below(2))
                    ? Optional.of(signed(path, publication, Cache.NO_CACHE))
                    : index(path, publication, Cache.NO_CACHE);
        });
    }

    /** Null for what is no moment, one that is to come, and one before the distribution. */
    private @Nullable DistributionSnapshot then(DistributionHistory history, String text) {
        Moment moment;
        try {
            moment = Moment.parse(COMPACT_TIME.matcher(text).replaceFirst("$1-$2-$3T$4:$5:$6Z"));
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (moment instanceof Moment.After after) {
            return after.position().isAfter(views.projection().position()) ? null : history.at(after.position());
        }
        Moment.At at = (Moment.At) moment;
        return at.time().isAfter(clock.instant()) ? null : history.at(at.time());
    }

    private static boolean isSuite(AptPath path, DistributionDefined definition) {
        String suite = path.file().get(1);
        return suite.equals(definition.release().suite())
                || suite.equals(definition.release().codename())
                || suite.equals(definition.name().text());
    }

    private static AptContent signed(AptPath path, Publication publication, Cache cache) {
        byte[] bytes = switch (path.name()) {
            case "InRelease" -> publication.inRelease();
            case "Release" -> publication.release();
            default -> publication.signature();
        };
        return AptContent.of(bytes, publication.date(), cache);
    }

    private Optional<AptContent> index(AptPath path, Publication publication, Cache cache) {
        List<String> file = path.file();
        int last = file.size() - 1;
        if (last >= 4 && file.get(last - 2).equals("by-hash")) {
            boolean named = file.get(last - 1).equals("SHA256")
                    && HEX.matcher(file.get(last)).matches();
            return named
                    ? publisher.files().find(new Digest(file.get(last))).map(AptEndpoint::byHash)
                    : Optional.empty();
        }
        Publication.File listed = publication.file(path.below(2));
        return listed == null
                ? Optional.empty()
                : publisher
                        .files()
                        .find(listed.digest())
                        .map(stored -> AptContent.of(stored.path(), stored.size(), publication.date(), cache));
    }

    private static AptContent byHash(IndexFiles.Stored stored) {
        return AptContent.of(stored.path(), stored.size(), stored.modified(), Cache.IMMUTABLE);
    }

    /** Artifacts that were asked for: the pool never changes them. */
    private static final class Artifacts {
        /** A suite of Debian has 63,000; each takes about 300 bytes. */
        private static final int MAX_KNOWN = 100_000;

        private final java.util.Map<Digest, AptContent> known = new java.util.concurrent.ConcurrentHashMap<>();

        @Nullable
        AptContent get(Digest digest) {
            return known.get(digest);
        }

        void put(Digest digest, AptContent content) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            known.put(digest, content);
        }
    }
}
