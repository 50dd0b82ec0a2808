package org.cloister.repo.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/** How often one caller may ask: a token bucket for each. Thread-safe, doesn't block. */
final class RequestRates {
    /** Callers whose buckets are kept; one that is forgotten begins with a full one. */
    private static final int MAX_CALLERS = 100_000;
    /** Seconds of the rate that may be asked at once: an agent that begins from nothing. */
    private static final int BURST_SECONDS = 5;

    private final int perSecond;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_CALLERS)
            .expireAfterAccess(Duration.ofSeconds(2L * BURST_SECONDS))
            .build();

    /** @param perSecond 0: as often as they want */
    RequestRates(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether one more request of {@code caller} is within its rate; it counts. */
    boolean admits(String caller) {
        return perSecond == 0 || buckets.get(caller, this::bucket).tryConsume(1);
    }

    private Bucket bucket(String caller) {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity((long) perSecond * BURST_SECONDS).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}
