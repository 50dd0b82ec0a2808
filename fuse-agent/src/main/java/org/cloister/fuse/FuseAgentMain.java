package org.cloister.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.cloister.events.host.FuseConfiguration;
import org.cloister.events.host.SubordinateIds;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.integrity.DamageLog;
import org.cloister.fuse.integrity.Scrub;
import org.cloister.fuse.kernel.KernelMount;
import org.cloister.fuse.kernel.KernelSession;
import org.cloister.fuse.mount.JnrFuseMount;
import org.cloister.fuse.mount.Mount;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.mount.NativeBacking;
import org.cloister.fuse.mount.ObjectCheck;
import org.cloister.fuse.mount.StaleMount;
import org.cloister.fuse.session.Journals;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.state.DeviceFile;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.StandingRecord;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.union.GenerationSwitch;
import org.cloister.fuse.union.Ownership;
import org.cloister.fuse.union.ShownObjects;
import org.cloister.fuse.union.Standing;
import org.cloister.fuse.union.Union;
import org.cloister.fuse.union.WrittenLayer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the union file system until it is terminated. Exit status 0, 1 when it could not start, 2 for wrong options, 73 when it
 * can't go on with a predecessor's mount, 75 when a successor shall.
 */
public final class FuseAgentMain {
    private static final Logger LOG = LoggerFactory.getLogger(FuseAgentMain.class);

    private static final int CANNOT_GO_ON = 73;
    /** SIGUSR1. */
    private static final int SERVING = 10;

    private FuseAgentMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(FuseAgentConfig.USAGE);
            return;
        }
        Ending ending = Ending.ofThisProcess();
        Native host = Native.load();
        try {
            run(FuseAgentConfig.parse(arguments, System.getenv(), host.libc().getuid() == 0), host, ending);
        } catch (IllegalArgumentException e) {
            System.err.println("fuse-agent: " + e.getMessage());
            System.exit(2);
        } catch (IOException | UnsatisfiedLinkError e) {
            ending.check();
            LOG.error("cannot start", e);
            System.err.println("fuse-agent: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(FuseAgentConfig config, Native host, Ending ending)
            throws IOException, InterruptedException {
        if (Boolean.getBoolean(ClassArchive.IS_MADE)) {
            ending.begin(() -> {}, ClassArchive::complete);
        }
        SessionMemory memory = memory(config);
        Journals journals = new Journals(memory);
        KernelSession session = KernelSession.of(
                memory,
                journals,
                config.held() == null ? List.of() : config.held().devices());
        if (session.isServed()) {
            try {
                start(config, host, session, journals, ending);
            } catch (IOException | RuntimeException e) {
                ending.check();
                LOG.error("cannot go on with the mount; programs in it lose it", e);
                System.exit(CANNOT_GO_ON);
            }
        } else {
            Footing.of(config.state(), properties()).mustNotLieBelow(config.mount());
            Files.createDirectories(config.state().resolve(StoreLayout.WRITABLE));
            ControlSocket.refuseSecond(config.state().resolve(StoreLayout.FUSE_SOCKET));
            StaleMount.remove(host, config.mount());
            Files.createDirectories(config.mount());
            start(config, host, session, journals, ending);
        }
    }

    private static Map<String, String> properties() {
        Map<String, String> all = new HashMap<>();
        System.getProperties().stringPropertyNames().forEach(name -> all.put(name, System.getProperty(name)));
        return all;
    }

    private static SessionMemory memory(FuseAgentConfig config) throws IOException {
        FuseAgentConfig.Held held = config.held();
        Path shared = Path.of("/dev/shm");
        return held != null
                ? SessionMemory.open(held.memory())
                : SessionMemory.ofThisProcess(
                        Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Nothing here may touch the mount point when it is a predecessor's: nobody would answer. */
    private static void start(
            FuseAgentConfig config, Native host, KernelSession session, Journals journals, Ending ending)
            throws IOException, InterruptedException {
        Ownership ownership = config.root()
                ? new Ownership.Recorded()
                : privateOwnership(host.libc().getuid(), host.libc().getgid());
        DamageLog damage = new DamageLog();
        ObjectCheck check = new ObjectCheck(host, damage);
        NativeBacking backing = new NativeBacking(config.state(), host, check);
        Union union = Union.over(backing, ownership, Clock.systemUTC());
        Mount mount = mount(config, host, union, session);
        StandingRecord succession = new StandingRecord(session.memory());
        GenerationSwitch generations = union.generations(
                new ManifestLayers(config.state(), union.numbers(), host::digest),
                new DeviceFile(config.state()),
                new WritableTables(config.state(), journals),
                mount,
                succession);
        ending.begin(() -> {}, generations::close);
        Path current = config.state().resolve(StoreLayout.CURRENT).resolve(StoreLayout.GENERATION_FILE);
        Standing before = session.isServed() ? succession.recorded() : null;
        if (before != null) {
            generations.takeOver(before);
        }
        boolean served = session.isServed();
        Generation wanted =
                before == null && Files.exists(current) ? Generation.parse(Files.readString(current)) : null;
        if (wanted != null) {
            generations.announce(wanted);
            if (served) {
                generations.applyAtStart(wanted);
            }
        }
        Integrity integrity = new Integrity(
                config.scrub(),
                damage,
                backing,
                new Scrub.Manifests(generations::layers, backing),
                new ShownObjects(union.roots(), union.numbers(), mount),
                union.numbers());
        Operations operations = new Operations(
                config, mount, generations, new WrittenLayer(union.roots(), generations), union.content(), integrity);
        ControlSocket control = new ControlSocket(config.state().resolve(StoreLayout.FUSE_SOCKET), operations);
        mount(mount, audience(config), session, control, ending);
        if (before != null) {
            generations.settle(before);
            follow(generations, current);
        } else if (wanted != null && !served) {
            generations.applyAtStart(wanted);
        }
        control.start();
        integrity.start(host);
        Path pid = config.state().resolve(StoreLayout.FUSE_PID);
        ending.begin(() -> writePid(pid), () -> Files.deleteIfExists(pid));
        tellSupervisor(config.held(), host);
        Ending.await();
    }

    /** A predecessor's mount is this process's to unmount from the beginning. */
    private static void mount(
            Mount mount, Mount.Audience audience, KernelSession session, ControlSocket control, Ending ending)
            throws IOException, InterruptedException {
        Ending.Step unmount = () -> {
            control.close();
            mount.unmount();
        };
        if (session.isServed()) {
            ending.begin(() -> {}, unmount);
            mount.mount(audience);
        } else {
            ending.begin(() -> mount.mount(audience), unmount);
        }
    }

    /** For people; on a full disk they go without. */
    private static void writePid(Path file) {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            LOG.warn("cannot write {}", file, e);
        }
    }

    /** That this process serves, so that its end is no failed start. */
    private static void tellSupervisor(FuseAgentConfig.@Nullable Held held, Native host) {
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        if (held != null && held.supervisor() == parent) {
            host.libc().kill((int) parent, SERVING);
        }
    }

    /** What was switched to while nobody served, or when a predecessor was killed. */
    private static void follow(GenerationSwitch generations, Path current) {
        try {
            Generation wanted = Generation.parse(Files.readString(current));
            if (!generations.isShown(wanted)) {
                generations.apply(wanted);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("the mount goes on with what it showed: {}", e.getMessage());
        }
    }

    /** The users of a private mount's roots are subordinate ids, which the kernel doesn't take for its owner. */
    private static Mount.Audience audience(FuseAgentConfig config) throws IOException {
        Path file = Path.of(FuseConfiguration.FILE);
        boolean everybody = config.root()
                || (Files.isReadable(file) && FuseConfiguration.letsUsersAllowOthers(Files.readString(file)));
        return everybody ? Mount.Audience.EVERYBODY : Mount.Audience.OWNER;
    }

    private static Ownership privateOwnership(int uid, int gid) throws IOException {
        return new Ownership.Private(
                uid, gid, subordinateIds(SubordinateIds.USERS, uid), subordinateIds(SubordinateIds.GROUPS, uid));
    }

    private static @Nullable SubordinateIds subordinateIds(String file, int uid) throws IOException {
        Path path = Path.of(file);
        return Files.isReadable(path)
                ? SubordinateIds.of(Files.readString(path), System.getProperty("user.name"), uid)
                        .orElse(null)
                : null;
    }

    private static Mount mount(FuseAgentConfig config, Native host, Union union, KernelSession session)
            throws IOException {
        Supplier<Mount> jnr =
                () -> new JnrFuseMount(config.mount(), host, union.reader(), union.changes(), union.content())
                        .reportSpaceOf(config.state());
        if (config.adapter() == FuseAgentConfig.Adapter.JNR_FUSE) {
            return jnr.get();
        }
        Mount kernel = new KernelMount(config.mount(), config.state(), host, union, config.without(), session);
        return config.adapter() == FuseAgentConfig.Adapter.AUTO && !session.isServed()
                ? new ChosenMount(kernel, jnr)
                : kernel;
    }
}
