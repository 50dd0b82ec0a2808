package org.cloister.agent.supervise;

import java.io.IOException;
import java.util.List;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.state.ServiceRow;
import org.cloister.events.HostEvent;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** What becomes of services, durable together with the reports of it. */
public final class ServiceReports {
    private final AgentDatabase database;
    private final Reports reports;
    private final Runnable reported;

    /** @param reported called when a report was queued */
    public ServiceReports(AgentDatabase database, Reports reports, Runnable reported) {
        this.database = database;
        this.reports = reports;
        this.reported = reported;
    }

    List<ServiceRow> all() throws IOException {
        return database.services();
    }

    void save(ServiceRow row, List<HostEvent> events) throws IOException {
        database.save(row, events.isEmpty() ? List.of() : List.of(reports.of(events)));
        tell(events);
    }

    void forget(RootName root, ServiceName name, List<HostEvent> events) throws IOException {
        database.forget(root, name, events.isEmpty() ? List.of() : List.of(reports.of(events)));
        tell(events);
    }

    private void tell(List<HostEvent> events) {
        if (!events.isEmpty()) {
            reported.run();
        }
    }
}
