package org.cloister.repo.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;

/** Health, readiness, status and metrics. */
final class VitalEndpoints {
    private final Vitals vitals;
    private final PrometheusMeterRegistry metrics;
    private final Workers workers;

    VitalEndpoints(Vitals vitals, PrometheusMeterRegistry metrics, Workers workers) {
        this.vitals = vitals;
        this.metrics = metrics;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("getHealth", exchange -> exchange.json(HttpStatus.OK, Map.of("status", Vitals.OK)))
                .on("getReadiness", this::readiness)
                .on(
                        "getStatus",
                        exchange -> exchange.then(
                                workers.run(vitals::status), status -> exchange.json(HttpStatus.OK, status)))
                .on(
                        "getMetrics",
                        exchange -> exchange.then(
                                workers.run(() -> metrics.scrape()), text -> Replies.text(exchange.context(), text)));
    }

    private void readiness(Exchange exchange) {
        exchange.then(workers.run(vitals::readiness), now -> {
            int status = now.ready() ? HttpStatus.OK : 503;
            exchange.json(status, now);
        });
    }
}
