package org.cloister.agent.guest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.cloister.agent.control.GuestOptions;
import org.cloister.agent.control.LaunchRequest;
import org.cloister.agent.root.DesktopEntrance;
import org.cloister.agent.root.DesktopGrant;
import org.cloister.agent.root.EnterScript;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.agent.root.RootUser;
import org.cloister.events.RootName;

/**
 * The command line of a guest's runner (docs/protocol.md, "Runner of a guest").
 *
 * @param program the runner, {@code bin/guest}
 * @param mount of the union file system
 * @param guests where runners make their guests' directories
 * @param hostFiles directory with the host's files that a running root needs
 * @param groups the control groups of a root's programs
 * @param rootUser how an ordinary user becomes root of its roots
 * @param desktop what roots were granted of display and sound
 */
public record GuestCommand(
        Path program,
        Path mount,
        Path guests,
        Path hostFiles,
        RootUser rootUser,
        Function<RootName, List<Path>> groups,
        DesktopEntrance desktop) {

    /** Nobody asked for anything. */
    private static final GuestOptions ANY = new GuestOptions("", List.of(), "", 0, true);

    /**
     * Runs a program.
     *
     * @param network the way into the root's own network; empty: it has none
     * @param warm of the guest that may have been booted for it; empty: it boots its own
     */
    public List<String> run(
            LaunchRequest request, GuestOptions options, Optional<NetworkEntry> network, Optional<String> warm) {
        List<String> argv = new ArrayList<>(List.of(program.toString(), "run"));
        argv.addAll(guest(request.root(), options, network));
        argv.addAll(List.of("--dir", request.directory(), "--pass", String.join(",", EnterScript.PASSED_ON)));
        if (!options.user().isEmpty()) {
            argv.addAll(List.of("--user", options.user()));
        }
        if (options.timeout() != 0) {
            argv.addAll(List.of("--timeout", Integer.toString(options.timeout())));
        }
        DesktopGrant granted = desktop.grants().apply(request.root());
        if (!granted.options().isEmpty()) {
            argv.addAll(List.of("--tag", desktop.tag()));
            argv.addAll(granted.options());
        }
        warm.ifPresent(key -> argv.addAll(List.of("--warm", key)));
        argv.add("--");
        argv.addAll(request.command());
        return argv;
    }

    /**
     * Holds the services of a root.
     *
     * @param init the first process of each
     * @param key of what it is made from
     */
    List<String> hold(RootName root, Optional<NetworkEntry> network, Path init, String key) {
        List<String> argv = new ArrayList<>(List.of(program.toString(), "hold"));
        argv.addAll(guest(root, ANY, network));
        argv.addAll(List.of("--service-init", init.toString(), "--warm", key));
        return argv;
    }

    /** The first process of a service, {@code command}, in the guest of that directory. */
    List<String> service(Path directory, List<String> command) {
        List<String> argv = new ArrayList<>(List.of(program.toString(), "service", directory.toString(), "--"));
        argv.addAll(command);
        return argv;
    }

    /** What a guest is booted with, whoever asks for what program. */
    List<String> guest(RootName root, GuestOptions options, Optional<NetworkEntry> network) {
        List<String> argv = new ArrayList<>(List.of(
                "--root",
                root.text(),
                "--tree",
                mount.resolve(root.text()).toString(),
                "--guests",
                guests.toString(),
                "--etc",
                network.filter(of -> options.network())
                        .map(NetworkEntry::etc)
                        .orElse(hostFiles)
                        .toString()));
        if (!options.network()) {
            argv.add("--no-network");
        } else if (network.isPresent()) {
            argv.addAll(List.of("--network", network.get().file().toString()));
            if (network.get().kind() == NetworkEntry.Kind.USER) {
                argv.add("--holder");
            }
        }
        if (rootUser.isMapped()) {
            argv.addAll(List.of("--mapped", String.join(" ", rootUser.before())));
        }
        if (!options.memory().isEmpty()) {
            argv.addAll(List.of("--memory", options.memory()));
        }
        groups.apply(root).forEach(group -> argv.addAll(List.of("--group", group.toString())));
        options.shares().forEach(share -> argv.addAll(List.of("--share", share)));
        return argv;
    }

    List<String> console(Path directory, List<String> command) {
        List<String> argv = new ArrayList<>(List.of(program.toString(), "console", directory.toString(), "--"));
        argv.addAll(command);
        return argv;
    }

    List<String> stats(Path directory) {
        return List.of(program.toString(), "stats", directory.toString());
    }
}
