package org.cloister.repo.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.apt.ListedArtifacts;
import org.cloister.repo.apt.ListedArtifacts.Source;
import org.cloister.repo.apt.PoolPath;
import org.cloister.repo.apt.VerbatimFiles;
import org.cloister.repo.collect.CollectedContent;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.http.AptContent.Cache;
import org.cloister.repo.http.AptEndpoint.UpstreamFailed;
import org.cloister.repo.mirror.ArtifactFetches;
import org.cloister.repo.mirror.Fetched;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.retention.RetentionState.Recorded;
import org.cloister.repo.view.DistributionHistory;

/** Package files, from the pool, or from upstream through it. */
final class AptArtifacts {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    /** A suite of Debian has 63,000; each takes about 300 bytes. */
    private static final int MAX_KNOWN = 100_000;

    private final Vertx vertx;
    private final Pool pool;
    private final ArtifactFetches fetches;
    private final ListedArtifacts listed;
    private final VerbatimFiles verbatim;
    private final Workers workers;
    private final Workers fetchers;
    /** Artifacts that were asked for: the pool never changes them. */
    private final Map<Digest, AptContent> known = new ConcurrentHashMap<>();
    /** Of the pool, when what is known was found. */
    private volatile long changes;

    private final CollectedContent collected;

    AptArtifacts(AptEndpoint.Parts parts) {
        this.vertx = parts.vertx();
        this.pool = parts.pool();
        this.fetches = parts.fetches();
        this.collected = parts.collected();
        this.listed = new ListedArtifacts(parts.views().listings());
        this.verbatim = parts.publisher().verbatim();
        this.workers = parts.workers();
        this.fetchers = parts.fetchers();
    }

    Future<Optional<AptContent>> find(AptPath path, DistributionHistory history, DistributionSnapshot asked) {
        long now = pool.changes();
        if (now != changes) {
            known.clear();
            changes = now;
        }
        if (asked.definition().verbatim()) {
            return fetchers.run(() -> verbatim.artifact(asked, path.below(0))).compose(this::known);
        }
        List<String> file = path.file();
        PackageName name = PoolPath.packageName(path.name());
        if (file.size() != 3
                || name == null
                || !file.get(0).equals("pool")
                || !HEX.matcher(file.get(1)).matches()) {
            return Future.succeededFuture(Optional.empty());
        }
        Digest digest = new Digest(file.get(1));
        AptContent here = known.get(digest);
        if (here != null) {
            return Future.succeededFuture(Optional.of(here));
        }
        return workers.run(() -> pool.artifact(digest))
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(remembered(digest, found.get()))
                        : fetchers.run(() -> path.moment() == null
                                        ? listed.find(history, name, digest)
                                        : listed.find(asked, name, digest))
                                .compose(source -> source.isPresent() ? fetched(source) : gone(digest)));
    }

    /** Neither here nor listed: it may have been here. */
    private Future<Optional<AptContent>> gone(Digest digest) {
        return workers.run(() -> {
            Recorded went = collected.find(ContentKind.ARTIFACT, digest);
            if (went != null) {
                throw RefusedException.of(GoneContent.refusal(ContentKind.ARTIFACT, digest, went));
            }
            return Optional.empty();
        });
    }

    private Future<Optional<AptContent>> known(Optional<Source> source) {
        AptContent here =
                source.map(found -> known.get(found.listed().artifact())).orElse(null);
        return here == null ? fetched(source) : Future.succeededFuture(Optional.of(here));
    }

    /**
     * Nothing of it is sent before all of it is verified and here. A client that waits long asks again, and waits for the same
     * transfer.
     */
    private Future<Optional<AptContent>> fetched(Optional<Source> source) {
        if (source.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        Source wanted = source.get();
        Context context = vertx.getOrCreateContext();
        return fetchers.run(() -> fetches.fetch(wanted.mirror(), wanted.listed()))
                .compose(fetching -> Future.fromCompletionStage(fetching, context))
                .compose(fetched -> {
                    if (fetched instanceof Fetched.Failed failed) {
                        return Future.failedFuture(new UpstreamFailed(failed.detail() + ": " + failed.remedy()));
                    }
                    return Future.succeededFuture(
                            remembered(wanted.listed().artifact(), ((Fetched.Stored) fetched).blob()));
                });
    }

    private Optional<AptContent> remembered(Digest digest, Blob blob) {
        AptContent content = AptContent.of(blob, Cache.IMMUTABLE);
        if (known.size() >= MAX_KNOWN || pool.changes() != changes) {
            known.clear();
        }
        known.put(digest, content);
        return Optional.of(content);
    }
}
