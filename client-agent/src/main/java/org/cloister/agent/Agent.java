package org.cloister.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.cloister.agent.command.AgentCommands;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.socket.CommandSocket;
import org.cloister.agent.command.socket.SocketFile;
import org.cloister.agent.conffile.Conffiles;
import org.cloister.agent.configure.ConfiguredLayers;
import org.cloister.agent.configure.ScratchRoots;
import org.cloister.agent.control.AgentControl.Enrolment;
import org.cloister.agent.device.DeviceKeeper;
import org.cloister.agent.device.Images;
import org.cloister.agent.device.SysDevices;
import org.cloister.agent.drift.DiskInventory;
import org.cloister.agent.drift.DriftWatch;
import org.cloister.agent.feed.FeedSource;
import org.cloister.agent.feed.HttpFeed;
import org.cloister.agent.feed.KafkaFeed;
import org.cloister.agent.feed.PreferredFeed;
import org.cloister.agent.follow.HostFollower;
import org.cloister.agent.follow.Preparation;
import org.cloister.agent.follow.RequestWork;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.follow.Switchover;
import org.cloister.agent.front.HttpFront;
import org.cloister.agent.guest.GuestCommand;
import org.cloister.agent.guest.Guests;
import org.cloister.agent.guest.ServiceGuests;
import org.cloister.agent.image.DeviceBook;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.ImageText;
import org.cloister.agent.integrity.Incidents;
import org.cloister.agent.integrity.ObjectRepair;
import org.cloister.agent.lease.LeaseKeeper;
import org.cloister.agent.limit.ControlGroups;
import org.cloister.agent.media.MediaKeeper;
import org.cloister.agent.mount.UnionProcess;
import org.cloister.agent.mount.UnionSocket;
import org.cloister.agent.network.MachineNetworks;
import org.cloister.agent.network.NetworkNames;
import org.cloister.agent.network.RootNetworks;
import org.cloister.agent.network.UserNetworks;
import org.cloister.agent.ports.ShippedPorts;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RepositoryStatus;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.ReportSender;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.Confinement;
import org.cloister.agent.root.DesktopEntrance;
import org.cloister.agent.root.DesktopGrant;
import org.cloister.agent.root.HostFiles;
import org.cloister.agent.root.Launchers;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.agent.root.Offers;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.root.SystemCallFilter;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.state.SavedCheckpoint;
import org.cloister.agent.store.DeviceLayersFile;
import org.cloister.agent.store.Generations;
import org.cloister.agent.store.LayerFetch;
import org.cloister.agent.store.ObjectStore;
import org.cloister.agent.store.StoreVerification;
import org.cloister.agent.supervise.RootUnits;
import org.cloister.agent.supervise.SandboxCommand;
import org.cloister.agent.supervise.ServicePlaces;
import org.cloister.agent.supervise.ServiceReports;
import org.cloister.agent.supervise.ServiceSupervisor;
import org.cloister.agent.witness.LogWitness;
import org.cloister.agent.witness.RepositoryLog;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.StoreLayout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wired to what in the agent's process. */
final class Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration FEED_PATIENCE = Duration.ofSeconds(60);
    private static final long BYTES_PER_MIB = 1L << 20;
    private static final long FOLLOWER_END_MILLIS = 5_000;
    /** Of system calls, in the state directory. */
    private static final String FILTERS = "filter";

    /** Where roots' discs and disks are mounted, in the state directory. */
    private static final String MEDIA = "media";

    private final AgentConfig config;
    private final Map<String, String> environment;
    private final List<AutoCloseable> running = new ArrayList<>();
    private volatile @Nullable UnionProcess union;

    Agent(AgentConfig config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /** Returns when commands are answered and the host's events are followed. */
    synchronized void start() throws IOException, InterruptedException {
        Path state = config.state();
        HostKey key = HostKey.at(state.resolve("key.pem"));
        SSLContext tls = config.tls().context();
        Enrolment enrolment = new EnrolmentFile(state.resolve("enrolment.json")).get(config, key, tls);
        LOG.info("{} ({}) at {}", enrolment.name(), enrolment.host(), enrolment.repository());

        Repository repository = new Repository(new Connection(enrolment.repository(), enrolment.token(), tls));
        AgentDatabase database = opened(AgentDatabase.open(state.resolve("agent.db")));
        ObjectStore store = new ObjectStore(state);
        Generations generations = new Generations(state);
        if (generations.current().isEmpty()) {
            generations.write(Generation.empty());
        }
        UnionSocket socket = new UnionSocket(state.resolve(StoreLayout.FUSE_SOCKET));
        Files.createDirectories(config.mount());
        UnionProcess process = new UnionProcess(
                List.of(
                        config.fuseCommand().toString(),
                        "--state",
                        state.toString(),
                        "--mount",
                        config.mount().toString()),
                state.resolve("log/fuse-agent.log"),
                socket);
        this.union = opened(process);
        Situation situation = new Situation();
        Reports reports = new Reports(key, enrolment.host());
        ReportSender sender = opened(new ReportSender(database, repository, enrolment.host()));
        MediaKeeper media = config.root() ? media() : null;
        DeviceKeeper devices =
                media == null ? null : devices(media, store, socket, situation, database, reports, sender);
        process.start();

        RootUser rootUser = config.root() ? RootUser.ofMachine() : RootUser.ofUser(config.user());
        opened(new HostFiles(Path.of("/etc"), state.resolve("etc"))).start();
        Incidents incidents = new Incidents(database, reports, socket, store, situation::image, sender::wake);
        LayerFetch fetch = new LayerFetch(store, repository, incidents);
        ControlGroups groups = opened(ControlGroups.ofMachine(
                "cloister-" + NetworkNames.of(state.toString()).tag(), config.root()));
        SystemCallFilter.write(state.resolve(FILTERS));
        ConfiguredLayers configured = new ConfiguredLayers(
                store,
                fetch,
                repository,
                database,
                new ScratchRoots(generations, socket),
                rootUser,
                new Confinement(state.resolve(FILTERS), groups.ofScripts()),
                state.resolve("log/configure"));
        Conffiles conffiles = new Conffiles(store, socket, database, config.mount(), state.resolve("conffiles"));
        RequestWork work = new RequestWork(
                new Preparation(fetch, configured), new Switchover(generations, socket), conffiles::leave);
        ObjectRepair repair = opened(new ObjectRepair(socket, fetch, incidents));
        AtomicReference<@Nullable AgentParts> started = new AtomicReference<>();
        LeaseKeeper leases = opened(new LeaseKeeper(
                enrolment.host(),
                repository,
                situation,
                new ShippedPorts(store, config.mount()),
                networks(rootUser),
                () -> {
                    AgentParts all = started.get();
                    if (all != null) {
                        all.launch();
                    }
                }));
        AtomicReference<DeviceBook> granted = new AtomicReference<>(DeviceBook.EMPTY);
        DesktopEntrance desktop = new DesktopEntrance(
                config.desktopCommand(),
                NetworkNames.of(state.toString()).tag(),
                root -> DesktopGrant.of(Objects.requireNonNull(granted.get()).of(root)));
        Function<RootName, String> guestOf = root -> {
            HostImage image = situation.image();
            return String.join(
                    "\0",
                    String.valueOf(image.roots().get(root)),
                    String.valueOf(image.claims(root)),
                    String.valueOf(leases.entry(root)),
                    String.valueOf(image.devices().of(root)));
        };
        Guests guests = opened(new Guests(
                new GuestCommand(
                        config.guestCommand(),
                        config.mount(),
                        state.resolve("guests"),
                        state.resolve("etc"),
                        rootUser,
                        groups::of,
                        desktop),
                config.warmGuests() * BYTES_PER_MIB,
                guestOf,
                database,
                reports,
                sender::wake));
        Launchers launchers = launchers(rootUser, groups, leases::entry, desktop);
        ServicePlaces places =
                new ServicePlaces(state.resolve("service"), state.resolve("log/service"), config.mount(), rootUser);
        SandboxCommand sandboxes = SandboxCommand.of(
                config.root(), NetworkNames.of(state.toString()).tag(), environment);
        ServiceGuests serviceGuests = new ServiceGuests(
                guests,
                leases::entry,
                guestOf,
                (unit, words) -> sandboxes.words(unit, "guest of services, " + unit, words));
        ServiceSupervisor services = opened(new ServiceSupervisor(
                new RootUnits(store, places),
                places,
                sandboxes,
                new ServiceReports(database, reports, sender::wake),
                situation,
                new ServiceEntrances(
                        launchers,
                        leases,
                        serviceGuests,
                        new ServiceEntrances.Decisions(database, reports, sender::wake, situation::image))));
        LogWitness witness = opened(new LogWitness(
                new RepositoryLog(repository),
                database,
                reports,
                sender::wake,
                state.resolve("log-contradictions"),
                Clock.systemUTC()));
        DriftWatch drift = opened(new DriftWatch(
                new DiskInventory(store, new DriftPlaces(generations, config.mount(), () -> {
                    AgentParts all = started.get();
                    return all == null ? List.of() : all.alteredLaunchers();
                })),
                situation,
                repository,
                reports,
                enrolment.host()));
        AgentParts parts = new AgentParts(
                situation,
                repository,
                database,
                socket,
                generations,
                reports,
                sender,
                launchers,
                groups,
                new Offers(store, passwdLine()),
                new StoreVerification(store, fetch),
                incidents,
                repair,
                conffiles,
                leases,
                devices,
                media,
                guests,
                services,
                witness,
                drift,
                new AtomicReference<>(HostImage.EMPTY),
                granted,
                new AtomicReference<>());
        started.set(parts);
        HostFollower follower = new HostFollower(
                (after, hint) -> new PreferredFeed(
                        kafka(repository, database, enrolment.host()),
                        (from, unused) -> new HttpFeed(repository, enrolment.host(), from),
                        after,
                        hint,
                        FEED_PATIENCE),
                database,
                repository,
                work,
                reports,
                situation,
                parts);
        follower.restore();
        AgentCommands commands = new AgentCommands(
                new RunningAgent(config, enrolment, parts),
                environment,
                config.home().toString(),
                config.user(),
                RepositoryApi.client(config.tls().context()),
                Clock.systemUTC());
        opened(CommandSocket.open(new SocketFile(state.resolve(StoreLayout.AGENT_SOCKET), config.root()), commands));
        if (config.httpPort().isPresent()) {
            HttpFront front = opened(HttpFront.start(config.httpPort().get(), leases::http));
            LOG.info("http://ROOT.localhost:{}/ is answered by the server in that root", front.port());
        }
        sender.start();
        repair.start();
        leases.start();
        if (devices != null && media != null) {
            devices.start();
            media.start();
        }
        guests.start(config.root());
        services.start();
        witness.start();
        drift.start();
        follow(follower);
        LOG.info("roots appear below {}", config.mount());
        commands.warmUp();
    }

    private MediaKeeper media() {
        MediaKeeper media = opened(new MediaKeeper(
                config.state().resolve(MEDIA), config.state().resolve(FILTERS), config.mediaTypes(), Path.of("/sys")));
        media.prepare();
        return media;
    }

    private DeviceKeeper devices(
            MediaKeeper media,
            ObjectStore store,
            UnionSocket socket,
            Situation situation,
            AgentDatabase database,
            Reports reports,
            ReportSender sender)
            throws IOException {
        Path sys = Path.of("/sys");
        DeviceKeeper devices = opened(new DeviceKeeper(
                new SysDevices(
                        sys,
                        Path.of("/dev"),
                        Path.of("/proc/self/mountinfo"),
                        config.state().resolve(MEDIA)),
                new Images(config.state().resolve("images"), sys),
                new DeviceLayersFile(store),
                socket,
                situation,
                database,
                reports,
                sender,
                media::want));
        Optional<SavedCheckpoint> saved = database.checkpoint();
        devices.prepare(saved.isPresent() ? ImageText.read(saved.get().image()).devices() : DeviceBook.EMPTY);
        return devices;
    }

    private <T extends AutoCloseable> T opened(T part) {
        running.add(0, part);
        return part;
    }

    private void follow(HostFollower follower) {
        Thread thread = new Thread(follower, "host");
        thread.setDaemon(true);
        thread.start();
        running.add(0, () -> {
            thread.interrupt();
            thread.join(FOLLOWER_END_MILLIS);
        });
    }

    private RootNetworks networks(RootUser rootUser) throws IOException {
        NetworkNames names = NetworkNames.of(config.state().toString());
        Path state = config.state().resolve("network");
        Path hostFiles = config.state().resolve("etc");
        return config.root()
                ? new MachineNetworks(names, state, hostFiles, Path.of("/etc/hosts"))
                : new UserNetworks(state, hostFiles, rootUser);
    }

    private Launchers launchers(
            RootUser rootUser,
            ControlGroups groups,
            Function<RootName, Optional<NetworkEntry>> networks,
            DesktopEntrance desktop) {
        return new Launchers(
                config.state().resolve("launch"),
                config.programs(),
                config.applications(),
                config.mount(),
                "bwrap",
                config.state().resolve("etc"),
                config.state().resolve("service/run"),
                config.state().resolve(MEDIA),
                List.of(config.mount(), config.state()),
                rootUser,
                config.state().resolve(FILTERS),
                groups::of,
                networks,
                desktop);
    }

    /** Brokers are named by the repository; while it is away, those that it named last are asked. */
    private static FeedSource kafka(Repository repository, AgentDatabase database, HostId host) {
        return (after, hint) -> {
            String brokers;
            String epoch;
            try {
                RepositoryStatus status = repository.status();
                brokers = status.kafka() == null ? "" : status.kafka();
                epoch = status.epoch();
                database.setFact("kafka", brokers);
            } catch (IOException e) {
                brokers = database.fact("kafka").orElse("");
                epoch = database.checkpoint().map(SavedCheckpoint::epoch).orElse("");
            }
            if (brokers.isEmpty()) {
                throw new IOException("the repository names no Kafka");
            }
            return KafkaFeed.open(brokers, host, epoch, after, hint);
        };
    }

    /** The line of the agent's user, whom a root's own passwd file doesn't know. */
    private Map<String, String> passwdLine() throws IOException {
        if (config.root()) {
            return Map.of();
        }
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            if (line.startsWith(config.user() + ":")) {
                return Map.of(config.user(), line);
            }
        }
        return Map.of();
    }

    /** The union file system goes last but for the database: programs in roots end with it. */
    synchronized void close() throws IOException, InterruptedException {
        UnionProcess process = union;
        if (process != null) {
            process.release();
        }
        for (AutoCloseable part : running) {
            try {
                part.close();
            } catch (IOException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        running.clear();
    }
}
