package org.cloister.agent.report;

import java.io.IOException;
import java.util.Optional;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RepositoryProblem;
import org.cloister.agent.remote.RetryPauses;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.state.QueuedReport;
import org.cloister.events.HostId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends queued reports, the oldest first, one after the other, on a thread of its own; waits longer after each failure. A
 * report that the repository refuses for good is dropped and logged, because it would stop all that come after it.
 */
public final class ReportSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReportSender.class);
    private static final long IDLE_MILLIS = 5_000;
    private static final int UNAUTHORIZED = 401;
    private static final long INTERRUPT_AGAIN_MILLIS = 100;

    private final AgentDatabase database;
    private final Repository repository;
    private final HostId host;
    private final Thread thread = new Thread(this::run, "reports");
    private final Object signal = new Object();
    private volatile @Nullable String problem;
    private boolean fresh;

    public ReportSender(AgentDatabase database, Repository repository, HostId host) {
        this.database = database;
        this.repository = repository;
        this.host = host;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Something was queued. */
    public void wake() {
        synchronized (signal) {
            fresh = true;
            signal.notifyAll();
        }
    }

    /** Why reports can't be sent, or null. */
    public @Nullable String problem() {
        return problem;
    }

    private void run() {
        RetryPauses pauses = RetryPauses.ofReports();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Optional<QueuedReport> next = database.firstReport();
                    if (next.isEmpty()) {
                        await(IDLE_MILLIS);
                    } else {
                        send(next.get());
                        pauses.reset();
                    }
                } catch (IOException e) {
                    problem = e.getMessage();
                    LOG.info("a report waits: {}", e.getMessage());
                    await(pauses.next().toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(QueuedReport report) throws IOException, InterruptedException {
        try {
            repository.report(host, report.body(), report.key());
            problem = null;
        } catch (RepositoryProblem e) {
            if (e.isTransient() || e.status() == UNAUTHORIZED) {
                throw e;
            }
            LOG.error(
                    "the repository refuses report {}: {}; dropped: {}",
                    report.sequence(),
                    e.getMessage(),
                    report.body());
            problem = "a report was refused: " + e.getMessage();
        }
        database.removeReport(report.sequence());
    }

    private void await(long millis) throws InterruptedException {
        synchronized (signal) {
            if (!fresh) {
                signal.wait(millis);
            }
            fresh = false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        // Java 17's HTTP client loses an interruption while an answer's body is read (JDK-8294047).
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(INTERRUPT_AGAIN_MILLIS);
        }
    }
}
