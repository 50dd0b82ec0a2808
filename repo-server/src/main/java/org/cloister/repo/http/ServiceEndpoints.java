package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostId;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.repo.decide.Services;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** What hosts reported of their services. */
final class ServiceEndpoints {
    private final Views views;
    private final Workers workers;

    ServiceEndpoints(Views views, Workers workers) {
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("getServices", this::get);
    }

    /** A service as it is told. */
    record Shown(
            RootName root,
            ServiceName service,
            boolean enabled,
            boolean up,
            Isolation isolation,
            @Nullable String result,
            @Nullable String detail,
            Instant since,
            long position) {
        static Shown of(Services.Service service, Isolation isolation) {
            ServiceExited exited = service.exited();
            return new Shown(
                    service.root(),
                    service.name(),
                    service.enabled(),
                    service.up(),
                    isolation,
                    exited == null ? null : Texts.lower(exited.result()),
                    exited == null ? null : exited.detail(),
                    service.since().at(),
                    service.since().position().value());
        }
    }

    private void get(Exchange exchange) {
        HostId host = new HostId(exchange.path("host"));
        exchange.current(
                views,
                workers,
                () -> shown(HostReads.enrolled(views, host).state().services()));
    }

    static List<Shown> shown(Services services) {
        return services.byRoot().values().stream()
                .flatMap(ofRoot -> ofRoot.values().stream())
                .map(service -> Shown.of(service, services.isolation(service.root())))
                .toList();
    }
}
