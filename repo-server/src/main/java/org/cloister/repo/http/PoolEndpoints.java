package org.cloister.repo.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.repo.collect.Collection;
import org.cloister.repo.collect.CollectionListener;
import org.cloister.repo.collect.PoolCollector;
import org.cloister.repo.collect.PoolStats;
import org.cloister.repo.command.Request;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.pool.PoolScrub;
import org.cloister.repo.retention.Reason;
import org.cloister.repo.retention.Verdict;
import org.jspecify.annotations.Nullable;

/** What the pool has, whether it is whole, and what of it goes. */
final class PoolEndpoints {
    /** An upload that comes in parts, and whoever dislikes what is condemned, has so long. */
    private static final long GRACE_SECONDS = Duration.ofDays(1).toSeconds();

    private static final int TELL_EVERY = 1_000;
    private static final long TELL_BYTES = 64L << 20;

    private final PoolCollector collector;
    private final PoolScrub scrub;
    private final Workers makers;
    private final Workers watchers;

    /**
     * @param makers few: each reads all of the pool's directories
     * @param watchers a thread of theirs waits for each answer's next line
     */
    PoolEndpoints(PoolCollector collector, PoolScrub scrub, Workers makers, Workers watchers) {
        this.collector = collector;
        this.scrub = scrub;
        this.makers = makers;
        this.watchers = watchers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("getPool", this::stats)
                .on("explainPool", this::explain)
                .on("collectPool", this::collect)
                .on("verifyPool", this::verify);
    }

    private record Stats(List<Kind> kinds, long graceSeconds) {}

    private record Kind(
            ContentKind kind, long count, long bytes, long reclaimable, long reclaimableBytes, long condemned) {
        static Kind of(PoolStats stats) {
            return new Kind(
                    stats.kind(),
                    stats.count(),
                    stats.bytes(),
                    stats.reclaimable(),
                    stats.reclaimableBytes(),
                    stats.condemned());
        }
    }

    private void stats(Exchange exchange) {
        Duration grace = grace(exchange);
        exchange.then(
                makers.run(() -> collector.explain(grace, CollectionListener.NONE)),
                stats -> exchange.json(
                        HttpStatus.OK, new Stats(stats.stream().map(Kind::of).toList(), grace.toSeconds())));
    }

    private static Duration grace(Exchange exchange) {
        return Duration.ofSeconds(exchange.query("grace", GRACE_SECONDS));
    }

    private record Why(String rule, String detail) {
        static Why of(Reason reason) {
            return new Why(reason.why().text(), reason.detail());
        }
    }

    /** @param condemned since when, or null */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Decision(
            ContentKind kind,
            Digest digest,
            long bytes,
            boolean keep,
            List<Why> reasons,
            int more,
            @Nullable Instant condemned) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            @Nullable Decision decision,
            @Nullable Long judged,
            @Nullable Long collected,
            @Nullable Long collectedBytes,
            @Nullable Boolean done,
            @Nullable List<Kind> kinds,
            @Nullable Map<String, Long> rules,
            @Nullable Collection collection) {
        static Line of(Decision decision) {
            return new Line(decision, null, null, null, null, null, null, null);
        }

        static Line judged(long judged) {
            return new Line(null, judged, null, null, null, null, null, null);
        }
    }

    /** Tells each decision, or only those that something goes, and counts by rule. */
    private final class Telling implements CollectionListener {
        private final LineFeed lines;
        private final boolean going;
        private final boolean kept;
        private final Map<String, Long> rules = new TreeMap<>();
        private long judged;

        Telling(LineFeed lines, boolean going, boolean kept) {
            this.lines = lines;
            this.going = going;
            this.kept = kept;
        }

        @Override
        public void judged(Verdict verdict) {
            rules.merge(verdict.reasons().get(0).why().text(), 1L, Long::sum);
            if (verdict.kept() ? kept : going) {
                lines.line(Line.of(new Decision(
                        verdict.thing().kind(),
                        verdict.thing().digest(),
                        verdict.thing().size(),
                        verdict.kept(),
                        verdict.reasons().stream().map(Why::of).toList(),
                        verdict.more(),
                        collector.condemnedSince(verdict.thing().digest()))));
            }
            judged++;
            if (judged % TELL_EVERY == 0) {
                lines.progress(Line.judged(judged));
            }
        }

        @Override
        public void collected(long things, long bytes) {
            lines.progress(new Line(null, null, things, bytes, null, null, null, null));
        }

        @Override
        public boolean stillWanted() {
            return lines.stillWanted();
        }
    }

    private void explain(Exchange exchange) {
        Duration grace = grace(exchange);
        boolean all = "true".equals(exchange.query("all"));
        LineFeed.answer(exchange, makers, watchers, lines -> {
            Telling telling = new Telling(lines, true, all);
            List<Kind> kinds =
                    collector.explain(grace, telling).stream().map(Kind::of).toList();
            lines.line(new Line(null, telling.judged, null, null, true, kinds, telling.rules, null));
        });
    }

    private record Order(@Nullable Long graceSeconds) {}

    private void collect(Exchange exchange) {
        Request request = exchange.request();
        Long asked = exchange.body(Order.class).graceSeconds();
        Duration grace = Duration.ofSeconds(asked == null ? GRACE_SECONDS : asked);
        LineFeed.answer(exchange, makers, watchers, lines -> {
            Telling telling = new Telling(lines, false, false);
            Collection done = collect(request, grace, telling);
            lines.line(new Line(null, null, null, null, true, null, telling.rules, done));
        });
    }

    private Collection collect(Request request, Duration grace, CollectionListener listener) throws IOException {
        try {
            return collector.collect(request.caller().principal(), request.correlation(), grace, listener);
        } catch (PoolCollector.SharedException e) {
            throw RefusedException.of(
                    Rule.POOL_SHARED,
                    "several repository processes may share this pool, and what another one is receiving isn't known here",
                    "stop all of them, start one with --alone, collect, and start them again as they were");
        } catch (PoolCollector.BusyException e) {
            throw RefusedException.of(
                    Rule.COLLECTION_RUNNING, "another collection of the pool runs", "wait until it has ended");
        }
    }

    private record Damage(String place, String reason) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Verified(
            long files,
            long bytes,
            @Nullable Damage damage,
            @Nullable Boolean done,
            @Nullable Long damaged) {}

    private void verify(Exchange exchange) {
        LineFeed.answer(exchange, makers, watchers, lines -> {
            Verification verification = new Verification(lines);
            scrub.run(verification);
            lines.line(new Verified(verification.files, verification.bytes, null, true, verification.damaged));
        });
    }

    private static final class Verification implements PoolScrub.Listener {
        private final LineFeed lines;
        private long files;
        private long bytes;
        private long damaged;
        private long told;

        Verification(LineFeed lines) {
            this.lines = lines;
        }

        @Override
        public void whole(long size) {
            count(size);
        }

        @Override
        public void damaged(String path, long size, String reason) {
            count(size);
            damaged++;
            lines.line(new Verified(files, bytes, new Damage(path, reason), null, null));
        }

        private void count(long size) {
            files++;
            bytes += size;
            if (files % TELL_EVERY == 0 || bytes - told > TELL_BYTES) {
                told = bytes;
                // Waits for a client that is slow, and ends with one that hung up.
                lines.line(new Verified(files, bytes, null, null, null));
            }
        }
    }
}
