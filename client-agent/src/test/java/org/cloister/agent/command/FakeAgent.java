package org.cloister.agent.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.cloister.agent.control.Verification;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.GuestId;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.InventoryVerdict;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** An agent that does nothing and answers what a test put in. */
public final class FakeAgent implements AgentControl {
    /** Why it offers no devices. */
    public @Nullable String deviceProblem;

    public static final HostId HOST = new HostId("h-0123456789abcdef");
    public static final Digest DIGEST = Digest.ofText("x");

    public URI repository = URI.create("http://127.0.0.1:1");
    public List<InstalledRoot> roots = new ArrayList<>();
    public Awaited outcome = new Awaited.Done(List.of(), DIGEST, 120);
    public List<Progress> steps = List.of();
    public List<Change> changes = List.of();
    public Verification verification = new Verification(3, 1500, List.of());
    public DriftCheck drift = new DriftCheck(InventoryVerdict.AGREES, new Position(7), List.of(), 0);
    public Launch launch = new Launch.Refused("There is no root of that name.", "`cloister list` shows the roots.");
    public final List<Position> awaited = new ArrayList<>();
    public final List<LaunchRequest> launched = new ArrayList<>();
    public List<String> resetPaths = List.of("none was asked for");
    public List<PortUse> ports = List.of();
    public List<Port> listening = List.of();
    public @Nullable GuestOptions guestOptions;
    public List<Guest> guests = List.of();
    public final List<GuestId> stopped = new ArrayList<>();
    public List<GuestId> silentGuests = List.of();
    public boolean guestsEnd = true;
    public final FakeServices services = new FakeServices();
    public boolean waitsForever;
    public List<Conffile> conffiles = List.of();
    public List<Conffile.Settled> settled = List.of();
    public Conffile.@Nullable Settlement settlement;

    public static InstalledRoot root(String name, String packageName, String version, String... commands) {
        PackageId id = PackageId.of(packageName, version, "amd64");
        Closure closure = new Closure(List.of(new Closure.Member(id, DIGEST, new LayerId(DIGEST))));
        return new InstalledRoot(new RootName(name), id, closure, new LayerId(DIGEST), List.of(commands));
    }

    @Override
    public Enrolment enrolment() {
        return new Enrolment(repository, HOST, "build-1", "clo_abcdefgh_0123456789abcdef");
    }

    @Override
    public AgentStatus status() {
        return new AgentStatus(
                HOST,
                "build-1",
                repository.toString(),
                true,
                "kafka",
                "e1",
                new Position(7),
                new Position(9),
                DIGEST,
                "/packages",
                "jnr-fuse",
                "last checked as a whole until 2026-01-02T03:04:05Z",
                roots.size(),
                0,
                List.of(new Position(9)),
                null,
                null,
                List.of());
    }

    @Override
    public List<InstalledRoot> roots() {
        return List.copyOf(roots);
    }

    @Override
    public Awaited await(Position request, Consumer<Progress> progress, Duration limit) throws InterruptedException {
        awaited.add(request);
        steps.forEach(progress);
        if (waitsForever) {
            Thread.sleep(limit.toMillis());
        }
        return outcome;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        launched.add(request);
        return launch;
    }

    @Override
    public Launch launchGuest(LaunchRequest request, GuestOptions options) {
        launched.add(request);
        guestOptions = options;
        return launch;
    }

    @Override
    public List<Guest> guests() {
        return guests;
    }

    @Override
    public Launch guestConsole(GuestId guest, List<String> command) {
        List<String> argv = new ArrayList<>(List.of("console", guest.text()));
        argv.addAll(command);
        return new Launch.Ready(argv);
    }

    @Override
    public Guest.Use guestUse(GuestId guest) throws IOException {
        if (silentGuests.contains(guest)) {
            throw new IOException("guest " + guest + " doesn't answer");
        }
        return new Guest.Use(500_000, 400_000, 0.5, 30, 65, 90_000);
    }

    @Override
    public boolean stopGuest(GuestId guest) {
        stopped.add(guest);
        return guestsEnd;
    }

    @Override
    public List<Change> diff(RootName root) {
        return changes;
    }

    @Override
    public long reset(RootName root, List<String> paths) {
        resetPaths = paths;
        return 2;
    }

    @Override
    public List<Conffile> conffiles(RootName root) {
        return conffiles.stream().filter(file -> file.root().equals(root)).toList();
    }

    @Override
    public Conffile.Comparison compare(RootName root, String path) {
        return new Conffile.Comparison(conffiles.get(0), "-a\n+b\n", "-x\n+y\n", "");
    }

    @Override
    public List<Conffile.Settled> settle(RootName root, List<String> paths, Conffile.Settlement how) {
        settlement = how;
        return settled;
    }

    @Override
    public Verification verify(@Nullable RootName root, boolean repair, Consumer<Progress> progress) {
        return verification;
    }

    @Override
    public DriftCheck drift(Consumer<Progress> progress) {
        return drift;
    }

    @Override
    public List<PortUse> ports() {
        return ports;
    }

    @Override
    public List<Port> listening(RootName root) {
        return listening;
    }

    @Override
    public HostOffer hostOffer() {
        return new HostOffer(List.of(Port.tcp(22)), 1);
    }

    @Override
    public @Nullable String deviceProblem() {
        return deviceProblem;
    }

    @Override
    public AttachedImage attachImage(Path image) {
        return new AttachedImage(new DeviceId("optical-0a1b2c3d"), DeviceKind.OPTICAL, image, "loop7");
    }

    @Override
    public boolean detachImage(Path image) {
        return true;
    }

    @Override
    public boolean awaitDevices(Position recorded, Duration limit) {
        return true;
    }

    @Override
    public boolean awaitNetworks(List<RootName> roots, Position recorded, Duration limit) {
        return true;
    }

    @Override
    public FakeServices services() {
        return services;
    }

    @Override
    public List<KeptGeneration> generations() {
        return List.of();
    }

    @Override
    public List<Check> checks() {
        return List.of(new Check("fuse device", Check.Result.OK, "/dev/fuse", ""));
    }
}
