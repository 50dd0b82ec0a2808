package org.cloister.agent.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cloister.events.RootName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files through which people start programs of roots without a JVM: {@code STATE/launch/ROOT/enter}, a command each in
 * the programs' directory, desktop entries. A file that the agent didn't write is never touched. One thread.
 */
public final class Launchers {
    /** Marks every file that the agent writes. */
    static final String MARK = "Cloister launcher of";

    private static final Logger LOG = LoggerFactory.getLogger(Launchers.class);
    private static final String DESKTOP_PREFIX = "cloister-";
    private static final String DESKTOP_MARK = "X-Cloister-Root=";
    private static final String PROGRAM = "rwxr-xr-x";
    private static final String DATA = "rw-r--r--";
    /** Enough to find the mark. */
    private static final int HEAD = 400;

    private final Path launch;
    private final Path programs;
    private final Path applications;
    private final Path mount;
    private final String bwrap;
    private final Path hostFiles;
    private final Path run;
    private final Path media;
    private final List<Path> hidden;
    private final RootUser rootUser;
    private final Path filters;
    private final Function<RootName, List<Path>> groups;
    private final Function<RootName, Optional<NetworkEntry>> networks;
    private final DesktopEntrance desktop;

    /**
     * @param launch {@code STATE/launch}
     * @param programs where commands go, {@code ~/.local/bin}
     * @param applications where desktop entries go
     * @param hostFiles where {@link HostFiles} are
     * @param run the directory in which the services of each root share their {@code /run}
     * @param media the directory in which what each root's discs and disks have is mounted
     * @param hidden directories that no program sees
     * @param rootUser how administration programs of a private mount become root of their root
     * @param filters where the files of {@link SystemCallFilter} are
     * @param groups the control groups of a root's programs
     * @param networks how programs get into the network of a root that has one of its own
     * @param desktop how programs get display and sound
     */
    public Launchers(
            Path launch,
            Path programs,
            Path applications,
            Path mount,
            String bwrap,
            Path hostFiles,
            Path run,
            Path media,
            List<Path> hidden,
            RootUser rootUser,
            Path filters,
            Function<RootName, List<Path>> groups,
            Function<RootName, Optional<NetworkEntry>> networks,
            DesktopEntrance desktop) {
        this.filters = filters;
        this.groups = groups;
        this.networks = networks;
        this.desktop = desktop;
        this.launch = launch;
        this.programs = programs;
        this.applications = applications;
        this.mount = mount;
        this.bwrap = bwrap;
        this.hostFiles = hostFiles;
        this.run = run;
        this.media = media;
        this.hidden = List.copyOf(hidden);
        this.rootUser = rootUser;
    }

    /**
     * What is offered by a root.
     *
     * @param alias whether its name isn't its package's, so that its commands must not stand in for the package's own
     * @param borrowed whether the commands are those of its dependencies, which stand back where another root offers its own
     * @param mendsSignals whether its env(1) can end that a signal is ignored
     * @param desktopEntries text by file name
     * @param passwd the root's own passwd file with the agent's user in it, or empty if nobody needs it
     */
    public record Offer(
            RootName root,
            boolean alias,
            boolean borrowed,
            boolean mendsSignals,
            Map<String, String> commands,
            Map<String, String> desktopEntries,
            Map<String, String> passwd) {}

    public Path enter(RootName root) {
        return launch.resolve(root.text()).resolve("enter");
    }

    /** Makes what the roots offer, and only that, startable. */
    public void update(List<Offer> offers) throws IOException {
        Texts texts = texts(offers);
        for (Offer offer : offers) {
            Files.createDirectories(launch.resolve(offer.root().text()));
        }
        for (Map.Entry<Path, String> file : texts.entrances().entrySet()) {
            write(file.getKey(), file.getValue(), PROGRAM);
        }
        for (Map.Entry<Path, String> file : texts.users().entrySet()) {
            write(file.getKey(), file.getValue(), DATA);
        }
        replace(programs, "", MARK, texts.commands(), PROGRAM);
        replace(applications, DESKTOP_PREFIX, DESKTOP_MARK, texts.entries(), DATA);
        forget(offers.stream().map(offer -> offer.root().text()).toList());
    }

    /** Those of what the roots offer that aren't as {@link #update} wrote them. What is somebody else's isn't ours to judge. */
    public List<Path> altered(List<Offer> offers) throws IOException {
        Texts texts = texts(offers);
        Map<Path, String> all = new TreeMap<>(texts.entrances());
        all.putAll(texts.users());
        for (Map<Path, String> shared : List.of(texts.commands(), texts.entries())) {
            for (Map.Entry<Path, String> file : shared.entrySet()) {
                boolean foreign = Files.exists(file.getKey(), LinkOption.NOFOLLOW_LINKS)
                        && !isMarked(file.getKey(), MARK)
                        && !isMarked(file.getKey(), DESKTOP_MARK);
                if (!foreign) {
                    all.put(file.getKey(), file.getValue());
                }
            }
        }
        List<Path> altered = new ArrayList<>();
        for (Map.Entry<Path, String> file : all.entrySet()) {
            if (!holds(file.getKey(), file.getValue())) {
                altered.add(file.getKey());
            }
        }
        return altered;
    }

    /** What files shall hold, by their path. */
    private record Texts(
            Map<Path, String> entrances,
            Map<Path, String> users,
            Map<Path, String> commands,
            Map<Path, String> entries) {}

    private Texts texts(List<Offer> offers) {
        Texts texts = new Texts(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        for (Offer offer : offers) {
            RootName root = offer.root();
            Path directory = launch.resolve(root.text());
            EnterScript enter = new EnterScript(
                    bwrap,
                    mount,
                    root,
                    directory,
                    hostFiles,
                    run.resolve(root.text()),
                    media.resolve(root.text()),
                    hidden,
                    rootUser,
                    filters,
                    groups.apply(root),
                    networks.apply(root),
                    desktop,
                    offer.mendsSignals());
            texts.entrances().put(enter(root), enter.text());
            offer.passwd().forEach((user, text) -> texts.users().put(directory.resolve("passwd." + user), text));
            offer.desktopEntries()
                    .forEach((name, text) -> texts.entries()
                            .put(
                                    applications.resolve(DESKTOP_PREFIX + root + "-" + name),
                                    DesktopEntry.rewritten(text, root, enter(root), mount.resolve(root.text()))));
        }
        offers.stream().filter(offer -> !offer.borrowed()).forEach(offer -> addCommands(offer, texts.commands()));
        offers.stream().filter(Offer::borrowed).forEach(offer -> addCommands(offer, texts.commands()));
        return texts;
    }

    private void addCommands(Offer offer, Map<Path, String> wanted) {
        RootName root = offer.root();
        offer.commands()
                .forEach((name, path) -> wanted.putIfAbsent(
                        programs.resolve(offer.alias() ? name + "@" + root : name), command(root, path)));
    }

    private String command(RootName root, String path) {
        return "#!/bin/sh\n# " + MARK + " " + root + "\nset -- " + EnterScript.quote(path) + " \"$@\"\n. "
                + EnterScript.quote(enter(root).toString()) + "\n";
    }

    private static void replace(Path directory, String prefix, String mark, Map<Path, String> wanted, String mode)
            throws IOException {
        if (wanted.isEmpty() && !Files.isDirectory(directory)) {
            return;
        }
        Files.createDirectories(directory);
        try (Stream<Path> present = Files.list(directory)) {
            for (Path file : present.toList()) {
                boolean ours = file.getFileName().toString().startsWith(prefix) && isMarked(file, mark);
                if (ours && !wanted.containsKey(file)) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<Path, String> file : wanted.entrySet()) {
            if (Files.exists(file.getKey(), LinkOption.NOFOLLOW_LINKS) && !isMarked(file.getKey(), mark)) {
                LOG.warn("{} is not Cloister's; no launcher there", file.getKey());
            } else {
                write(file.getKey(), file.getValue(), mode);
            }
        }
    }

    private static boolean isMarked(Path file, String mark) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(file)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(HEAD), StandardCharsets.UTF_8).contains(mark);
        }
    }

    private static void write(Path file, String text, String mode) throws IOException {
        if (holds(file, text)) {
            return;
        }
        Path temporary = file.resolveSibling("." + file.getFileName() + ".cloister");
        Files.writeString(temporary, text);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean holds(Path file, String text) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Arrays.equals(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8));
    }

    /** The directories of roots that are gone. */
    private void forget(List<String> roots) throws IOException {
        if (!Files.isDirectory(launch)) {
            return;
        }
        List<Path> gone = new ArrayList<>();
        try (Stream<Path> directories = Files.list(launch)) {
            directories
                    .filter(directory -> !roots.contains(directory.getFileName().toString()))
                    .forEach(gone::add);
        }
        for (Path directory : gone) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
