package org.cloister.repo;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.rehash.RehashView;
import org.cloister.repo.view.Projection;

/** What is measured. */
final class Metrics {
    private Metrics() {}

    /** A Vert.x whose requests and pools are measured. */
    static Vertx vertx(PrometheusMeterRegistry registry) {
        VertxOptions options = new VertxOptions().setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true));
        return Vertx.builder()
                .with(options)
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
    }

    static void gauges(PrometheusMeterRegistry registry, EventStore store, Projection projection, Carrier carrier) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        gauge(
                registry,
                "cloister.log.head",
                "Last position",
                store,
                log -> log.head().value());
        gauge(
                registry,
                "cloister.views.lag",
                "Events that the views have not seen",
                projection,
                views -> Math.max(0, store.head().value() - views.position().value()));
        gauge(
                registry,
                "cloister.relay.lag",
                "Events that Kafka has not",
                carrier,
                relay -> relay.status()
                        .filter(status -> status.epoch() > 0)
                        .map(status -> (double) status.lag())
                        .orElse(Double.NaN));
    }

    /** Of the last time that everything was hashed again. */
    static void rehashGauges(PrometheusMeterRegistry registry, RehashView rehashes, InstantSource clock) {
        gauge(registry, "cloister.rehash.damaged", "Things that weren't what was stored", rehashes, view -> {
            RehashView.Last last = view.last();
            return last == null ? Double.NaN : last.found().damaged();
        });
        gauge(registry, "cloister.rehash.age", "Seconds since everything was hashed again", rehashes, view -> {
            RehashView.Last last = view.last();
            return last == null
                    ? Double.NaN
                    : Duration.between(last.at(), clock.instant()).toSeconds();
        });
    }

    private static <T> void gauge(
            PrometheusMeterRegistry registry, String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
