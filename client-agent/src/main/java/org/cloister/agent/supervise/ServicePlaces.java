package org.cloister.agent.supervise;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.root.RootView;
import org.cloister.agent.service.TemporaryDirectory;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** The files of services below the agent's state. */
public final class ServicePlaces {
    private static final int KEY_DIGITS = 16;
    private static final int CLEAN_SECONDS = 30;
    private static final String RUN_NAME = "run";
    private static final String FRESH = "fresh";
    private static final String RUN = "/run/";
    private static final String VAR_RUN = "/var/run/";

    private final Path services;
    private final Path logs;
    private final Path mount;
    private final RootUser rootUser;

    /** @param services with the directory {@code run} that the launchers know */
    public ServicePlaces(Path services, Path logs, Path mount, RootUser rootUser) {
        this.services = services;
        this.logs = logs;
        this.mount = mount;
        this.rootUser = rootUser;
    }

    /** Writes the programs that keep sandboxes; those that run already go on with what they have. */
    void prepare() throws IOException {
        Files.createDirectories(services.resolve(RUN_NAME));
        // A root's /run may be passed through to by its users' programs, as the launchers are.
        Files.setPosixFilePermissions(services, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(logs);
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwx------"));
        for (String name : List.of("init.pl", "keeper.pl")) {
            Path fresh = services.resolve("." + name);
            try (InputStream in = Objects.requireNonNull(ServicePlaces.class.getResourceAsStream(name))) {
                Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(fresh, services.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    Path keeper() {
        return services.resolve("keeper.pl");
    }

    Path init() {
        return services.resolve("init.pl");
    }

    /** Of its own, with a short name: its socket's path has at most 107 bytes (unix(7)). */
    Path directory(RootName root, ServiceName name) throws IOException {
        Path directory = services.resolve(Digest.ofText(root + "/" + name).hex().substring(0, KEY_DIGITS));
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return directory;
    }

    /** What the service said, the newest; older files have {@code .1} and so on. */
    public Path log(RootName root, ServiceName name) {
        return logs.resolve(root.text()).resolve(name.text() + ".log");
    }

    /**
     * The root's {@code /run}, with nothing in it: no service of the root runs. Other programs of it may, and could put links in the way of what is made here;
     * so that is made where they don't see it.
     */
    void emptyRun(RootName root) throws IOException, InterruptedException {
        Path run = services.resolve(RUN_NAME).resolve(root.text());
        Path fresh = services.resolve(FRESH).resolve(root.text());
        Files.createDirectories(run);
        Files.createDirectories(fresh);
        // find(1) goes by open directories: what a program of the root moves meanwhile doesn't lead it elsewhere.
        List<String> command = new ArrayList<>(rootUser.before());
        command.addAll(List.of("find", run.toString(), fresh.toString(), "-mindepth", "1", "-delete"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(CLEAN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the files of the last time can't be removed: " + run);
        }
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(fresh.resolve("cloister/etc"));
        Files.createFile(fresh.resolve("cloister/init"));
        Files.createDirectory(fresh.resolve("lock"));
        Files.setAttribute(fresh.resolve("lock"), "unix:mode", 01777);
        for (String name : List.of("cloister", "lock")) {
            Files.move(fresh.resolve(name), run.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What packages of the root want to be below {@code /run}, by file name, the administrator's files in place of shipped ones. */
    List<TemporaryDirectory> temporaryDirectories(RootName root) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (String directory : List.of("usr/lib/tmpfiles.d", "etc/tmpfiles.d")) {
            for (String path : view(root).entries(directory)) {
                files.put(path.substring(path.lastIndexOf('/') + 1), path);
            }
        }
        List<TemporaryDirectory> directories = new ArrayList<>();
        for (String path : files.values()) {
            directories.addAll(TemporaryDirectory.parse(view(root).text(path).orElse("")));
        }
        return directories;
    }

    /** The files that the service's root has now. */
    RootView view(RootName root) {
        return new RootView(mount.resolve(root.text()));
    }

    /** The text of a file as the service sees it; empty if there is none. */
    Optional<String> text(RootName root, String path) throws IOException {
        for (String run : List.of(RUN, VAR_RUN)) {
            if (path.startsWith(run)) {
                return new RootView(services.resolve(RUN_NAME).resolve(root.text())).text(path.substring(run.length()));
            }
        }
        return view(root).text(path);
    }
}
