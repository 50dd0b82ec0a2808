package org.cloister.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.agent.conffile.Conffiles;
import org.cloister.agent.device.DeviceKeeper;
import org.cloister.agent.drift.DriftWatch;
import org.cloister.agent.follow.FollowerListener;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.guest.Guests;
import org.cloister.agent.image.DeviceBook;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.integrity.Incidents;
import org.cloister.agent.integrity.ObjectRepair;
import org.cloister.agent.lease.LeaseKeeper;
import org.cloister.agent.limit.ControlGroups;
import org.cloister.agent.media.MediaKeeper;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.ReportSender;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.Launchers;
import org.cloister.agent.root.Offers;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.Generations;
import org.cloister.agent.store.StoreVerification;
import org.cloister.agent.supervise.ServiceSupervisor;
import org.cloister.agent.witness.LogWitness;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the command may ask of a running agent, and what the follower tells. */
record AgentParts(
        Situation situation,
        Repository repository,
        AgentDatabase database,
        UnionControl union,
        Generations generations,
        Reports reports,
        ReportSender sender,
        Launchers launchers,
        ControlGroups groups,
        Offers offers,
        StoreVerification verification,
        Incidents incidents,
        ObjectRepair repair,
        Conffiles conffiles,
        LeaseKeeper leases,
        @Nullable DeviceKeeper devices,
        @Nullable MediaKeeper media,
        Guests guests,
        ServiceSupervisor services,
        LogWitness witness,
        DriftWatch drift,
        AtomicReference<HostImage> mounted,
        AtomicReference<DeviceBook> granted,
        AtomicReference<@Nullable String> problemOfLaunchers)
        implements FollowerListener {
    private static final Logger LOG = LoggerFactory.getLogger(AgentParts.class);

    @Nullable
    String launcherProblem() {
        return problemOfLaunchers.get();
    }

    @Override
    public void switched(HostImage image) {
        mounted.set(image);
        granted.set(image.devices());
        launch();
        leases.switched(image);
        services.switched(image);
    }

    /** Writes the launchers of what is mounted. Called by whoever changed what they are made of. */
    void launch() {
        try {
            synchronized (launchers) {
                HostImage image = Objects.requireNonNull(mounted.get());
                groups.update(image.roots().keySet());
                if (media != null) {
                    media.update(image.roots().keySet());
                }
                launchers.update(offers.of(image));
            }
            problemOfLaunchers.set(null);
        } catch (IOException e) {
            LOG.warn("launchers: {}", e.toString());
            problemOfLaunchers.set("launchers could not be written: " + e.getMessage());
        }
    }

    /** Launchers that are not as they were written. */
    List<Path> alteredLaunchers() throws IOException {
        synchronized (launchers) {
            return launchers.altered(offers.of(Objects.requireNonNull(mounted.get())));
        }
    }

    @Override
    public void granted(HostImage image) {
        granted.set(image.devices());
        launch();
    }

    @Override
    public void reported() {
        sender.wake();
    }
}
