package org.cloister.repo.http;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.Position;
import org.cloister.repo.apt.IndexFiles;
import org.cloister.repo.apt.Publication;
import org.cloister.repo.apt.Publisher;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.AptContent.Cache;
import org.cloister.repo.http.AptEndpoint.UpstreamFailed;
import org.cloister.repo.upstream.UpstreamException;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.Views;

/** What is below {@code dists/}: Release files and indexes, of now and of then. */
final class AptIndexes {
    private static final Set<String> SIGNED = Set.of("InRelease", "Release", "Release.gpg");
    /** For what was acknowledged to be published; then what is published is answered. */
    private static final long PUBLISHING_SECONDS = 20;

    private final Vertx vertx;
    private final Views views;
    private final Publisher publisher;
    private final Workers fetchers;
    /** What every client asks for first; one for each distribution. */
    private final Map<DistributionName, Signed> signed = new ConcurrentHashMap<>();

    AptIndexes(Vertx vertx, Views views, Publisher publisher, Workers fetchers) {
        this.vertx = vertx;
        this.views = views;
        this.publisher = publisher;
        this.fetchers = fetchers;
    }

    Future<Optional<AptContent>> find(AptPath path, DistributionHistory history, DistributionSnapshot asked) {
        if (path.file().size() < 3 || !isSuite(path.file().get(1), asked.definition())) {
            return Future.succeededFuture(Optional.empty());
        }
        if (path.moment() != null) {
            return fetchers.run(() -> of(path, asked, publisher.at(asked)));
        }
        DistributionName name = asked.definition().name();
        if (SIGNED.contains(path.below(2))) {
            return newest(name, history).map(publication -> signed(path, publication));
        }
        Publication publication = publisher.current(name);
        if (publication == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return asked.definition().verbatim()
                ? fetchers.run(() -> of(path, asked, publication))
                : Future.succeededFuture(index(path, publication));
    }

    private Optional<AptContent> of(AptPath path, DistributionSnapshot asked, Publication publication)
            throws IOException, UpstreamFailed {
        if (SIGNED.contains(path.below(2))) {
            return signed(path, publication);
        }
        return asked.definition().verbatim() ? upstreamIndex(path, asked, publication) : index(path, publication);
    }

    /** Who was told that something is recorded finds it published, unless publishing fails: then what was published before. */
    private Future<Publication> newest(DistributionName name, DistributionHistory history) {
        String failure = publisher.failure(name);
        Publication before = publisher.current(name);
        if (failure != null) {
            return before == null
                    ? Future.failedFuture(new UpstreamFailed("distribution " + name + " isn't published: " + failure))
                    : Future.succeededFuture(before);
        }
        CompletionStage<Position> seen = views.projection().current();
        DistributionSnapshot now = history.now();
        if (seen.toCompletableFuture().isDone()
                && before != null
                && now != null
                && before.position().equals(now.at().position())) {
            return Future.succeededFuture(before);
        }
        return Future.fromCompletionStage(
                        seen.thenCompose(position -> publisher.reached(name, position(history))),
                        vertx.getOrCreateContext())
                .timeout(PUBLISHING_SECONDS, TimeUnit.SECONDS)
                .recover(late -> {
                    Publication current = publisher.current(name);
                    return current == null ? Future.failedFuture(late) : Future.succeededFuture(current);
                });
    }

    private static Position position(DistributionHistory history) {
        DistributionSnapshot now = history.now();
        return now == null ? Position.NONE : now.at().position();
    }

    /** A verbatim distribution may be asked for by upstream's name of it, too. */
    private boolean isSuite(String suite, DistributionDefined definition) {
        MirrorDefined mirror = definition.verbatim()
                ? views.mirrors().definition(definition.mirrors().get(0))
                : null;
        return (mirror != null && suite.equals(mirror.suite()))
                || suite.equals(definition.release().suite())
                || suite.equals(definition.release().codename())
                || suite.equals(definition.name().text());
    }

    /** A publication's Release files as they are answered. */
    private record Signed(Publication publication, Map<String, AptContent> files) {
        /** A verbatim distribution has upstream's InRelease alone. */
        static Signed of(Publication publication) {
            Map<String, AptContent> files = new HashMap<>();
            Map.of(
                            "InRelease", publication.inRelease(),
                            "Release", publication.release(),
                            "Release.gpg", publication.signature())
                    .forEach((name, bytes) -> {
                        if (bytes.length > 0) {
                            files.put(name, AptContent.of(bytes, publication.date(), Cache.NO_CACHE));
                        }
                    });
            return new Signed(publication, Map.copyOf(files));
        }
    }

    private Optional<AptContent> signed(AptPath path, Publication publication) {
        Signed known = signed.get(publication.name());
        if (known == null || known.publication() != publication) {
            known = Signed.of(publication);
            signed.put(publication.name(), known);
        }
        return Optional.ofNullable(known.files().get(path.name()));
    }

    private Optional<AptContent> index(AptPath path, Publication publication) {
        if (path.isByHash()) {
            return path.hash().flatMap(publisher.files()::find).map(AptIndexes::byHash);
        }
        Publication.File listed = publication.file(path.below(2));
        return listed == null
                ? Optional.empty()
                : publisher.files().find(listed.digest()).map(stored -> named(stored, publication));
    }

    /** What the publication names and isn't here comes from upstream. */
    private Optional<AptContent> upstreamIndex(AptPath path, DistributionSnapshot snapshot, Publication publication)
            throws IOException, UpstreamFailed {
        if (path.isByHash()) {
            Optional<AptContent> here =
                    path.hash().flatMap(publisher.files()::find).map(AptIndexes::byHash);
            Optional<String> name = path.hash().flatMap(publication::pathOf);
            return here.isPresent() || name.isEmpty()
                    ? here
                    : Optional.of(byHash(brought(snapshot, name.get(), publication)));
        }
        String name = path.below(2);
        return publication.file(name) == null
                ? Optional.empty()
                : Optional.of(named(brought(snapshot, name, publication), publication));
    }

    private IndexFiles.Stored brought(DistributionSnapshot snapshot, String name, Publication publication)
            throws IOException, UpstreamFailed {
        try {
            Publication.File file = requireNonNull(publication.file(name));
            return publisher.verbatim().bring(snapshot, name, file);
        } catch (UpstreamException e) {
            if (e.problem() == UpstreamException.Problem.NOT_FOUND) {
                throw RefusedException.of(
                        Rule.NOT_FOUND, "upstream names " + name + " and hasn't got it", "ask for another form of it");
            }
            throw new UpstreamFailed(e.getMessage() + ": ask again, or synchronize the mirror");
        }
    }

    private static AptContent byHash(IndexFiles.Stored stored) {
        return AptContent.of(stored.path(), stored.size(), stored.modified(), Cache.IMMUTABLE);
    }

    private static AptContent named(IndexFiles.Stored stored, Publication publication) {
        return AptContent.of(stored.path(), stored.size(), publication.date(), Cache.NO_CACHE);
    }
}
