package org.cloister.agent.drift;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.cloister.agent.control.DriftCheck;
import org.cloister.agent.control.Progress;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.Reports;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.InventoryVerdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the disk each hour, on a thread of its own, and lets the repository compare what is there with what the host's events tell.
 * One look at a time.
 */
public final class DriftWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
    private static final Duration FIRST = Duration.ofMinutes(2);
    private static final Duration PERIOD = Duration.ofHours(1);
    /** While something is being installed there is nothing to compare. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final DiskInventory disk;
    private final Situation situation;
    private final Repository repository;
    private final Reports reports;
    private final HostId host;
    private final Thread thread = new Thread(this::run, "drift");
    private final Object look = new Object();
    private volatile @Nullable DriftCheck last;

    public DriftWatch(DiskInventory disk, Situation situation, Repository repository, Reports reports, HostId host) {
        this.disk = disk;
        this.situation = situation;
        this.repository = repository;
        this.reports = reports;
        this.host = host;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** What people must know, or null. */
    public @Nullable String problem() {
        DriftCheck found = last;
        return found == null || found.verdict() != InventoryVerdict.DIFFERS
                ? null
                : "What is on this disk isn't what was installed"
                        + (found.differences().isEmpty()
                                ? ""
                                : ": " + found.differences().get(0).path() + " "
                                        + found.differences().get(0).found())
                        + " (cloister drift tells all)";
    }

    private void run() {
        try {
            TimeUnit.MILLISECONDS.sleep(FIRST.toMillis());
            while (true) {
                Duration pause = AGAIN;
                try {
                    if (check(step -> {}).verdict() != InventoryVerdict.OUTDATED) {
                        pause = PERIOD;
                    }
                } catch (IOException e) {
                    LOG.info("the disk isn't compared with the record: {}", e.getMessage());
                }
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Compares now. What differs is in the log on return.
     *
     * @throws IOException if the disk can't be read or the repository can't be asked
     */
    public DriftCheck check(Consumer<Progress> progress) throws IOException, InterruptedException {
        synchronized (look) {
            Position asOf = situation.position();
            HostInventory inventory = disk.read(progress);
            String signature = reports.signInventory(asOf, inventory.digest());
            InventoryVerdict verdict = repository.compareInventory(host, asOf, inventory, signature, false);
            if (verdict == InventoryVerdict.UNEXPLAINED) {
                verdict = repository.compareInventory(host, asOf, inventory, signature, true);
            }
            DriftCheck check = new DriftCheck(verdict, asOf, inventory.differences(expected()), inventory.more());
            if (check.verdict() != InventoryVerdict.OUTDATED) {
                last = check;
            }
            if (check.verdict() == InventoryVerdict.DIFFERS) {
                LOG.warn("{}", problem());
            }
            return check;
        }
    }

    private List<Generation.Root> expected() {
        return situation.image().generation(situation.position()).roots();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
