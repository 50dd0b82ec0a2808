package org.cloister.agent;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cloister.agent.remote.Addresses;
import org.cloister.agent.tls.TlsTrust;
import org.cloister.events.Port;

/**
 * Everything that can be chosen about an agent.
 *
 * @param repository its address, or empty where the state knows it already
 * @param enrolTokenFile a file with the token to enrol with, or empty
 * @param programs directory for commands that start programs in roots
 * @param applications directory for desktop entries
 * @param fuseCommand starts the union file system
 * @param guestCommand runs a guest
 * @param desktopCommand gives programs display and sound
 * @param warmGuests MiB of the machine's memory that guests that wait for a program may hold together; 0: none waits
 * @param mediaTypes file systems of discs and disks that are mounted for roots; none: nothing is
 * @param tls whom the repository's certificate may come from, and what is shown to it
 * @param httpPort where HTTP is answered by the names of roots, or empty where it isn't
 */
record AgentConfig(
        Optional<URI> repository,
        Path state,
        Path mount,
        String name,
        Optional<Path> enrolTokenFile,
        Path programs,
        Path applications,
        Path fuseCommand,
        Path guestCommand,
        Path desktopCommand,
        int warmGuests,
        List<String> mediaTypes,
        TlsTrust tls,
        Optional<Integer> httpPort,
        Path home,
        String user,
        boolean root) {
    static final String USAGE = """
            usage: agent [OPTION]...

            Keeps this machine in the state that its events at the repository describe: replays them, fetches what they
            need, and mounts a root for each package.

              --repo URL[,URL…]        the repository; needed at the first start. Of several processes one is asked, and the next
                                       when it doesn't answer
              --enrol-token-file FILE  a token with the role agent; needed at the first start
              --ca FILE                PEM: authorities that the repository's certificate may come from; those that Java trusts unless told
              --certificate FILE       PEM: this machine's, where the repository asks for one
              --key FILE               PEM, PKCS #8 without a pass phrase: the key of that certificate
              --name NAME              what people call this host; the host name unless told
              --state DIR              default /var/lib/cloister/agent as root, otherwise $XDG_STATE_HOME/cloister/agent
              --mount DIR              where the roots appear; default /packages as root, otherwise ~/packages
              --bin-dir DIR            for commands that start programs in roots; default ~/.local/bin
              --applications-dir DIR   for desktop entries; default ~/.local/share/applications
              --fuse-command FILE      starts the union file system; default bin/fuse-agent of this Cloister
              --guest-command FILE     runs a User-mode Linux guest; default bin/guest of this Cloister
              --desktop-command FILE   gives programs display and sound; default bin/desktop of this Cloister
              --warm-guests MIB        memory for guests that are booted ahead for roots that were used twice in ten minutes; default 256, 0 for none
              --media-types LIST       file systems that the kernel may mount of discs and disks that roots are granted, or none;
                                       default iso9660,udf,vfat,exfat
              --http-port N            answer http://ROOT.localhost:N/ by the server in that root; off unless told
              --help                   this text

            Each option can be an environment variable too: CLOISTER_AGENT_REPO, CLOISTER_AGENT_ENROL_TOKEN_FILE,
            CLOISTER_AGENT_NAME, CLOISTER_AGENT_STATE, CLOISTER_AGENT_MOUNT (or CLOISTER_MOUNT), CLOISTER_AGENT_BIN_DIR,
            CLOISTER_AGENT_APPLICATIONS_DIR, CLOISTER_AGENT_FUSE_COMMAND, CLOISTER_AGENT_GUEST_COMMAND,
            CLOISTER_AGENT_DESKTOP_COMMAND, CLOISTER_AGENT_WARM_GUESTS, CLOISTER_AGENT_MEDIA_TYPES,
            CLOISTER_AGENT_HTTP_PORT, CLOISTER_AGENT_CA, CLOISTER_AGENT_CERTIFICATE, CLOISTER_AGENT_KEY.
            """;

    /** Some four of them. */
    private static final String DEFAULT_WARM_GUESTS = "256";

    private static final List<String> OPTIONS = List.of(
            "repo",
            "enrol-token-file",
            "ca",
            "certificate",
            "key",
            "name",
            "state",
            "mount",
            "bin-dir",
            "applications-dir",
            "fuse-command",
            "guest-command",
            "desktop-command",
            "warm-guests",
            "media-types",
            "http-port");

    /** What of the machine the defaults follow. @param home of the user; @param root whether the user is root */
    record Machine(String hostName, Path home, String user, boolean root, Path cloister) {}

    /** @throws IllegalArgumentException with a sentence for the user */
    static AgentConfig parse(List<String> arguments, Map<String, String> environment, Machine machine) {
        Map<String, String> values = new HashMap<>();
        String shared = environment.getOrDefault("CLOISTER_MOUNT", "");
        if (!shared.isEmpty()) {
            values.put("mount", shared);
        }
        for (String option : OPTIONS) {
            String variable = environment.getOrDefault(
                    "CLOISTER_AGENT_" + option.toUpperCase(Locale.ROOT).replace('-', '_'), "");
            if (!variable.isEmpty()) {
                values.put(option, variable);
            }
        }
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (!option.startsWith("--") || !OPTIONS.contains(option.substring(2))) {
                throw new IllegalArgumentException("unknown option " + option + "; see --help");
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(option + " needs a value; see --help");
            }
            values.put(option.substring(2), arguments.get(i + 1));
        }
        return of(values, environment, machine);
    }

    private static AgentConfig of(Map<String, String> values, Map<String, String> environment, Machine machine) {
        Path home = machine.home();
        return new AgentConfig(
                Optional.ofNullable(values.get("repo")).map(AgentConfig::address),
                path(values, "state", defaultState(environment, machine)),
                path(values, "mount", machine.root() ? Path.of("/packages") : home.resolve("packages")),
                values.getOrDefault("name", machine.hostName()),
                file(values, "enrol-token-file"),
                path(values, "bin-dir", home.resolve(".local/bin")),
                path(values, "applications-dir", home.resolve(".local/share/applications")),
                path(values, "fuse-command", machine.cloister().resolve("bin/fuse-agent")),
                path(values, "guest-command", machine.cloister().resolve("bin/guest")),
                path(values, "desktop-command", machine.cloister().resolve("bin/desktop")),
                mebibytes(values.getOrDefault("warm-guests", DEFAULT_WARM_GUESTS)),
                mediaTypes(values.getOrDefault("media-types", "iso9660,udf,vfat,exfat")),
                new TlsTrust(file(values, "ca"), file(values, "certificate"), file(values, "key")),
                Optional.ofNullable(values.get("http-port")).map(AgentConfig::httpPort),
                home,
                machine.user(),
                machine.root());
    }

    private static Optional<Path> file(Map<String, String> values, String option) {
        return Optional.ofNullable(values.get(option)).map(file -> Path.of(file).toAbsolutePath());
    }

    private static int mebibytes(String text) {
        if (!text.matches("[0-9]{1,7}")) {
            throw new IllegalArgumentException("--warm-guests needs a number of MiB like 256, not " + text);
        }
        return Integer.parseInt(text);
    }

    private static List<String> mediaTypes(String text) {
        if (text.equals("none")) {
            return List.of();
        }
        if (!text.matches("[a-z0-9]+(,[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "--media-types needs file systems like iso9660,udf, or none, not " + text);
        }
        return List.of(text.split(","));
    }

    private static int httpPort(String text) {
        try {
            return Port.tcp(Integer.parseInt(text)).number();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--http-port needs a port like 8000, not " + text, e);
        }
    }

    private static URI address(String text) {
        try {
            return Addresses.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--repo needs an address like http://repository.example.org:8480, or several with commas between them,"
                            + " not " + text,
                    e);
        }
    }

    private static Path path(Map<String, String> values, String option, Path otherwise) {
        String value = values.get(option);
        return (value == null ? otherwise : Path.of(value)).toAbsolutePath().normalize();
    }

    private static Path defaultState(Map<String, String> environment, Machine machine) {
        if (machine.root()) {
            return Path.of("/var/lib/cloister/agent");
        }
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        return (xdg.isEmpty() ? machine.home().resolve(".local/state") : Path.of(xdg)).resolve("cloister/agent");
    }
}
