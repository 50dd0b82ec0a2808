package org.cloister.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.control.AgentStatus;
import org.cloister.agent.control.AttachedImage;
import org.cloister.agent.control.Awaited;
import org.cloister.agent.control.Change;
import org.cloister.agent.control.Check;
import org.cloister.agent.control.Conffile;
import org.cloister.agent.control.DriftCheck;
import org.cloister.agent.control.Guest;
import org.cloister.agent.control.GuestOptions;
import org.cloister.agent.control.HostOffer;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.agent.control.KeptGeneration;
import org.cloister.agent.control.Launch;
import org.cloister.agent.control.LaunchRequest;
import org.cloister.agent.control.PortUse;
import org.cloister.agent.control.Progress;
import org.cloister.agent.control.ServiceControl;
import org.cloister.agent.control.Verification;
import org.cloister.agent.device.DeviceKeeper;
import org.cloister.agent.device.HostDevice;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.media.MediaKeeper;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** The agent of this process, for its command socket. */
final class RunningAgent implements AgentControl {
    private static final long LOOK_MILLIS = 200;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** A repository that doesn't grant ports in this time doesn't hold an installation up. */
    private static final Duration NETWORK_LIMIT = Duration.ofSeconds(15);

    private final AgentConfig config;
    private final Enrolment enrolment;
    private final AgentParts parts;

    RunningAgent(AgentConfig config, Enrolment enrolment, AgentParts parts) {
        this.config = config;
        this.enrolment = enrolment;
        this.parts = parts;
    }

    @Override
    public Enrolment enrolment() {
        return enrolment;
    }

    @Override
    public AgentStatus status() {
        Situation situation = parts.situation();
        HostImage image = situation.image();
        List<String> problems = new ArrayList<>();
        addUnlessNull(problems, situation.problem());
        if (situation.parked() != null) {
            problems.add(
                    "An event that this agent doesn't understand stops this host; upgrade Cloister here, then start"
                            + " the agent again");
        }
        addUnlessNull(problems, parts.sender().problem());
        addUnlessNull(problems, parts.launcherProblem());
        addUnlessNull(problems, parts.repair().problem());
        addUnlessNull(problems, parts.leases().problem());
        addUnlessNull(problems, parts.witness().problem());
        addUnlessNull(problems, parts.drift().problem());
        DeviceKeeper devices = parts.devices();
        addUnlessNull(problems, devices == null ? null : devices.problem());
        MediaKeeper media = parts.media();
        addUnlessNull(problems, media == null ? null : media.problem());
        String fileSystem;
        try {
            var ping = parts.union().ping();
            fileSystem = "mounted with " + ping.adapter() + ", pid " + ping.pid();
        } catch (IOException e) {
            fileSystem = "not mounted";
            problems.add("" + e.getMessage());
        }
        return new AgentStatus(
                enrolment.host(),
                enrolment.name(),
                enrolment.repository().toString(),
                parts.repository().isReachable(),
                situation.feed(),
                situation.epoch(),
                situation.position(),
                situation.heard(),
                image.generation(situation.position()).digest(),
                config.mount().toString(),
                fileSystem,
                scrub(),
                image.roots().size(),
                queuedReports(problems),
                List.copyOf(image.pending().keySet()),
                situation.working(),
                situation.parked(),
                problems);
    }

    private String scrub() {
        try {
            return ScrubText.of(parts.union().scrub());
        } catch (IOException e) {
            return "";
        }
    }

    private int queuedReports(List<String> problems) {
        try {
            return parts.database().reports();
        } catch (IOException e) {
            problems.add("" + e.getMessage());
            return 0;
        }
    }

    private static void addUnlessNull(List<String> list, @Nullable String text) {
        if (text != null) {
            list.add(text);
        }
    }

    @Override
    public List<InstalledRoot> roots() {
        List<InstalledRoot> roots = new ArrayList<>();
        for (LinkedRoot root : parts.situation().image().roots().values()) {
            roots.add(new InstalledRoot(
                    root.target().root(),
                    root.target().requested(),
                    root.target().closure(),
                    root.configured(),
                    commands(root)));
        }
        return roots;
    }

    private List<String> commands(LinkedRoot root) {
        try {
            return parts.offers().commands(root);
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public Awaited await(Position request, Consumer<Progress> progress, Duration limit) throws InterruptedException {
        Situation situation = parts.situation();
        long end = System.nanoTime() + limit.toNanos();
        Progress shown = null;
        while (true) {
            HostEvent outcome = situation.outcome(request);
            if (outcome != null) {
                Awaited awaited = awaited(outcome);
                if (awaited instanceof Awaited.Done done) {
                    // Who runs a server right after its installation finds its port leased.
                    parts.leases().await(done.roots(), Position.NONE, NETWORK_LIMIT);
                }
                return awaited;
            }
            Progress working = situation.working();
            if (working != null && !working.equals(shown)) {
                progress.accept(working);
                shown = working;
            }
            long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                return new Awaited.Unknown(waitingFor(request));
            }
            situation.awaitChange(Math.min(left, LOOK_MILLIS));
        }
    }

    private String waitingFor(Position request) {
        Situation situation = parts.situation();
        if (situation.parked() != null) {
            return "an event that this agent doesn't understand stops this host: " + situation.parked();
        }
        if (situation.problem() != null) {
            return "" + situation.problem();
        }
        if (request.isAfter(situation.heard())) {
            return "the request has not arrived here yet (feed: " + situation.feed() + ", heard up to position "
                    + situation.heard() + ")";
        }
        return situation.image().pending().containsKey(request)
                ? "it is being carried out"
                : "its outcome was recorded before this agent was started: see cloister history";
    }

    private static Awaited awaited(HostEvent event) {
        if (event instanceof InstallationSucceeded done) {
            List<RootName> roots =
                    done.roots().stream().map(HostEvent.RootOutcome::root).toList();
            return new Awaited.Done(roots, done.generation(), done.milliseconds());
        }
        if (event instanceof RollbackCompleted done) {
            List<RootName> roots =
                    done.roots().stream().map(HostEvent.RootOutcome::root).toList();
            return new Awaited.Done(roots, done.generation(), 0);
        }
        if (event instanceof RemovalCompleted done) {
            return new Awaited.Done(done.roots(), done.generation(), 0);
        }
        if (event instanceof InstallationFailed failed) {
            return new Awaited.Failed(failed.roots(), failed.step(), failed.reason());
        }
        throw new IllegalStateException("no outcome: " + event);
    }

    @Override
    public Launch launch(LaunchRequest request) {
        if (!parts.situation().image().roots().containsKey(request.root())) {
            return noRoot(request.root());
        }
        List<String> argv = new ArrayList<>();
        argv.add(parts.launchers().enter(request.root()).toString());
        switch (request.home()) {
            case SHARED -> argv.add("--home");
            case NONE -> argv.add("--no-home");
            case BY_POLICY -> {
                // The script decides by the command.
            }
        }
        argv.addAll(request.command());
        return new Launch.Ready(argv);
    }

    private static Launch noRoot(RootName root) {
        return new Launch.Refused(
                "there is no root " + root + " here", "cloister list shows the roots; cloister install adds one");
    }

    @Override
    public Launch launchGuest(LaunchRequest request, GuestOptions options) {
        if (!parts.situation().image().roots().containsKey(request.root())) {
            return noRoot(request.root());
        }
        return new Launch.Ready(
                parts.guests().run(request, options, parts.leases().entry(request.root())));
    }

    @Override
    public List<Guest> guests() throws IOException {
        return parts.guests().list();
    }

    @Override
    public Launch guestConsole(GuestId guest, List<String> command) {
        return new Launch.Ready(parts.guests().console(guest, command));
    }

    @Override
    public Guest.Use guestUse(GuestId guest) throws IOException, InterruptedException {
        return parts.guests().use(guest);
    }

    @Override
    public boolean stopGuest(GuestId guest) throws IOException, InterruptedException {
        return parts.guests().stop(guest);
    }

    @Override
    public List<Change> diff(RootName root) throws IOException {
        return parts.union().diff(root);
    }

    @Override
    public long reset(RootName root, List<String> paths) throws IOException {
        long removed = parts.union().reset(root, paths);
        parts.conffiles().forget(root, paths);
        return removed;
    }

    @Override
    public List<Conffile> conffiles(RootName root) throws IOException, InterruptedException {
        return parts.conffiles().list(linked(root));
    }

    @Override
    public Conffile.Comparison compare(RootName root, String path) throws IOException, InterruptedException {
        return parts.conffiles().compare(linked(root), path);
    }

    @Override
    public List<Conffile.Settled> settle(RootName root, List<String> paths, Conffile.Settlement how)
            throws IOException, InterruptedException {
        return parts.conffiles().settle(linked(root), paths, how);
    }

    private LinkedRoot linked(RootName root) throws IOException {
        LinkedRoot linked = parts.situation().image().roots().get(root);
        if (linked == null) {
            throw new IOException("there is no root " + root + " here");
        }
        return linked;
    }

    @Override
    public Verification verify(@Nullable RootName root, boolean repair, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        Map<LayerId, RootName> layers = new LinkedHashMap<>();
        for (LinkedRoot linked : parts.situation().image().roots().values()) {
            RootName name = linked.target().root();
            if (root == null || name.equals(root)) {
                linked.generationRoot().layers().forEach(layer -> layers.putIfAbsent(layer, name));
            }
        }
        return parts.verification().run(layers, repair, parts.incidents(), progress);
    }

    @Override
    public DriftCheck drift(Consumer<Progress> progress) throws IOException, InterruptedException {
        return parts.drift().check(progress);
    }

    @Override
    public List<PortUse> ports() throws IOException {
        return parts.leases().uses();
    }

    @Override
    public List<Port> listening(RootName root) throws IOException {
        return List.copyOf(parts.leases().listening(linked(root).target().root()));
    }

    @Override
    public HostOffer hostOffer() throws IOException {
        return parts.leases().offer();
    }

    @Override
    public boolean awaitNetworks(List<RootName> roots, Position recorded, Duration limit) throws InterruptedException {
        return parts.leases().await(roots, recorded, limit);
    }

    @Override
    public @Nullable String deviceProblem() {
        return parts.devices() == null
                ? "This agent is an ordinary user's, and the kernel opens no devices on a mount of such a one."
                : null;
    }

    private DeviceKeeper devices() throws IOException {
        DeviceKeeper devices = parts.devices();
        if (devices == null) {
            throw new IOException(deviceProblem());
        }
        return devices;
    }

    @Override
    public AttachedImage attachImage(Path image) throws IOException {
        HostDevice device = devices().attachImage(image);
        return new AttachedImage(
                device.id(), device.kind(), image, device.nodes().get(0).path());
    }

    @Override
    public boolean detachImage(Path image) throws IOException {
        return devices().detachImage(image);
    }

    @Override
    public boolean awaitDevices(Position recorded, Duration limit) throws InterruptedException {
        DeviceKeeper devices = parts.devices();
        return devices == null ? parts.situation().awaitHeard(recorded, limit) : devices.await(recorded, limit);
    }

    @Override
    public ServiceControl services() {
        return parts.services();
    }

    @Override
    public List<KeptGeneration> generations() {
        try {
            return parts.generations().list();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public List<Check> checks() {
        return new MachineChecks(config, parts).all();
    }
}
