package org.cloister.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.cloister.events.host.FuseConfiguration;
import org.cloister.events.host.SubordinateIds;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.kernel.KernelMount;
import org.cloister.fuse.mount.JnrFuseMount;
import org.cloister.fuse.mount.Mount;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.mount.NativeBacking;
import org.cloister.fuse.mount.ObjectCheck;
import org.cloister.fuse.mount.StaleMount;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.union.GenerationSwitch;
import org.cloister.fuse.union.Ownership;
import org.cloister.fuse.union.Union;
import org.cloister.fuse.union.WrittenLayer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the union file system until it is terminated. Exit status 0, 1 when it could not start, 2 for wrong options. */
public final class FuseAgentMain {
    private static final Logger LOG = LoggerFactory.getLogger(FuseAgentMain.class);

    private FuseAgentMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(FuseAgentConfig.USAGE);
            return;
        }
        Native host = Native.load();
        try {
            run(FuseAgentConfig.parse(arguments, System.getenv(), host.libc().getuid() == 0), host);
        } catch (IllegalArgumentException e) {
            System.err.println("fuse-agent: " + e.getMessage());
            System.exit(2);
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.error("cannot start", e);
            System.err.println("fuse-agent: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(FuseAgentConfig config, Native host) throws IOException, InterruptedException {
        Files.createDirectories(config.state().resolve(StoreLayout.WRITABLE));
        ControlSocket.refuseSecond(config.state().resolve(StoreLayout.FUSE_SOCKET));
        StaleMount.remove(host, config.mount());
        Files.createDirectories(config.mount());
        Ownership ownership = config.root()
                ? new Ownership.Recorded()
                : privateOwnership(host.libc().getuid(), host.libc().getgid());
        ObjectCheck check = new ObjectCheck(host);
        NativeBacking backing = new NativeBacking(config.state(), host, check);
        Union union = Union.over(backing, ownership, Clock.systemUTC());
        Mount mount = mount(config, host, union);
        GenerationSwitch generations = union.generations(
                new ManifestLayers(config.state(), union.numbers()), new WritableTables(config.state()), mount);
        Path current = config.state().resolve(StoreLayout.CURRENT).resolve(StoreLayout.GENERATION_FILE);
        if (Files.exists(current)) {
            generations.applyAtStart(Generation.parse(Files.readString(current)));
        }
        Operations operations = new Operations(
                config,
                mount,
                generations,
                new WrittenLayer(union.roots(), generations),
                union.content(),
                backing,
                check);
        ControlSocket control = new ControlSocket(config.state().resolve(StoreLayout.FUSE_SOCKET), operations);
        mount.mount(audience(config));
        control.start();
        Path pid = config.state().resolve(StoreLayout.FUSE_PID);
        Files.writeString(pid, ProcessHandle.current().pid() + "\n");
        serve(control, mount, generations, pid);
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

    private static Mount mount(FuseAgentConfig config, Native host, Union union) {
        Supplier<Mount> kernel = () -> new KernelMount(config.mount(), config.state(), host, union, config.without());
        Supplier<Mount> jnr =
                () -> new JnrFuseMount(config.mount(), host, union.reader(), union.changes(), union.content())
                        .reportSpaceOf(config.state());
        return switch (config.adapter()) {
            case AUTO -> new ChosenMount(kernel.get(), jnr);
            case KERNEL -> kernel.get();
            case JNR_FUSE -> jnr.get();
        };
    }

    /** Until SIGTERM or SIGINT; everything is on disk when the process ends. */
    private static void serve(ControlSocket control, Mount mount, GenerationSwitch generations, Path pid)
            throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                control.close();
                mount.unmount();
                generations.close();
                Files.deleteIfExists(pid);
            } catch (IOException | InterruptedException e) {
                LOG.warn("while stopping", e);
            }
            ended.countDown();
        }));
        ended.await();
    }
}
