package org.cloister.agent.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cloister.events.host.SubordinateIds;

/**
 * How a program becomes root of a package's root: what comes before bubblewrap, and what bubblewrap is told.
 *
 * @param before a command that runs bubblewrap, maybe empty
 * @param options of bubblewrap
 */
public record RootUser(List<String> before, List<String> options) {
    private static final Path NEW_UID_MAP = Path.of("/usr/bin/newuidmap");

    public RootUser {
        before = List.copyOf(before);
        options = List.copyOf(options);
    }

    /** The agent is root itself. */
    public static RootUser ofMachine() {
        return new RootUser(List.of(), Capabilities.SCRIPTS.options());
    }

    /**
     * Root of a user namespace in which an ordinary user's subordinate ids are the other users (newuidmap(1), unshare(1)), as
     * the union file system shows them.
     */
    public static RootUser mapped(SubordinateIds users, SubordinateIds groups) {
        return new RootUser(
                List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--map-users=" + users.range(),
                        "--map-groups=" + groups.range(),
                        "--"),
                Capabilities.SCRIPTS.options());
    }

    /** The one id of an ordinary user who may hand out no others: changing an owner fails. */
    public static RootUser alone() {
        List<String> options = new ArrayList<>(List.of("--unshare-user", "--uid", "0", "--gid", "0"));
        options.addAll(Capabilities.SCRIPTS.options());
        return new RootUser(List.of(), options);
    }

    /** The best that this host has for {@code user}, who runs this process. */
    public static RootUser ofUser(String user) throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Optional<SubordinateIds> users = ids(Path.of(SubordinateIds.USERS), user, uid);
        Optional<SubordinateIds> groups = ids(Path.of(SubordinateIds.GROUPS), user, uid);
        return users.isPresent() && groups.isPresent() && Files.isExecutable(NEW_UID_MAP)
                ? mapped(users.get(), groups.get())
                : alone();
    }

    private static Optional<SubordinateIds> ids(Path file, String user, int uid) throws IOException {
        return Files.isReadable(file) ? SubordinateIds.of(Files.readString(file), user, uid) : Optional.empty();
    }

    /** Whether it has more users than one. */
    public boolean isMapped() {
        return !before.isEmpty();
    }
}
