package org.cloister.agent.root;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.cloister.events.RootName;

/**
 * The shell script that enters a root through bubblewrap (bwrap(1)) and becomes the program: {@code enter [--home|--no-home|--service FILE]
 * [COMMAND ARGUMENT...]}. Its text is the resource {@code enter.sh} with the names of this root.
 *
 * @param bwrap the bubblewrap program
 * @param mount of the union file system
 * @param launch directory with a passwd file for each user
 * @param hostFiles directory with the host's files that a running root needs ({@link HostFiles})
 * @param rootUser how an administration program of a private mount becomes root of its root
 * @param run where the root's services share their {@code /run}; there only while they do
 * @param media where what is on the discs and disks that the root was granted is mounted for it; not there where that can't be
 * @param hidden directories of the host that no program sees even where its home is shared
 * @param filters directory with the files of {@link SystemCallFilter}
 * @param groups directories of the control groups that its programs belong to, where they are there
 * @param network the way into the root's own network; empty: it shares the host's
 * @param desktop how it gets display and sound
 * @param mendsSignals whether its env(1) can end that a signal is ignored
 */
public record EnterScript(
        String bwrap,
        Path mount,
        RootName root,
        Path launch,
        Path hostFiles,
        Path run,
        Path media,
        List<Path> hidden,
        RootUser rootUser,
        Path filters,
        List<Path> groups,
        Optional<NetworkEntry> network,
        DesktopEntrance desktop,
        boolean mendsSignals) {
    /** What a program gets of its caller's environment: what a terminal and a language need. */
    public static final List<String> PASSED_ON = List.of(
            "TERM",
            "COLORTERM",
            "LANG",
            "LANGUAGE",
            "LC_ALL",
            "LC_CTYPE",
            "LC_MESSAGES",
            "LC_TIME",
            "LC_NUMERIC",
            "LC_COLLATE",
            "TZ",
            "NO_COLOR",
            "COLUMNS",
            "LINES",
            "http_proxy",
            "https_proxy",
            "ftp_proxy",
            "all_proxy",
            "no_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "FTP_PROXY",
            "ALL_PROXY",
            "NO_PROXY");

    private static final String TEMPLATE = template();

    public EnterScript {
        hidden = List.copyOf(hidden);
        groups = List.copyOf(groups);
    }

    public String text() {
        return TEMPLATE.replace("@MARK@", Launchers.MARK)
                .replace("@ENVIRONMENT@", environment())
                .replace("@MENDS@", mendsSignals ? "yes" : "")
                .replace("@HIDDEN@", quoted(hidden))
                .replace("@GROUPS@", quoted(groups))
                .replace("@PROGRAMS@", String.join(" ", Capabilities.PROGRAMS.options()))
                .replace("@SCRIPTS@", String.join(" ", Capabilities.SCRIPTS.options()))
                .replace("@KERNEL@", String.join(" ", KernelFiles.options()))
                .replace(
                        "@ROOT_FILTER@", quote(SystemCallFilter.ROOT.in(filters).toString()))
                .replace(
                        "@USER_FILTER@", quote(SystemCallFilter.USER.in(filters).toString()))
                .replace("@MAPPED@", quote(String.join(" ", rootUser.before())))
                .replace("@BWRAP@", quote(bwrap))
                .replace(
                        "@NETWORK@",
                        quote(network.map(of -> of.file().toString()).orElse("")))
                .replace("@HOLDER@", network.isPresent() && network.get().kind() == NetworkEntry.Kind.USER ? "yes" : "")
                .replace(
                        "@NETWORK_ETC@",
                        quote(network.map(of -> of.etc().toString()).orElse("")))
                .replace("@RUN@", quote(run.toString()))
                .replace("@MEDIA@", quote(media.toString()))
                .replace("@DESKTOP_PROGRAM@", quote(desktop.program().toString()))
                .replace(
                        "@DESKTOP@",
                        quote(String.join(" ", desktop.grants().apply(root).call(root, desktop.tag()))))
                .replace("@ETC@", quote(hostFiles.toString()))
                .replace("@LAUNCH@", quote(launch.toString()))
                .replace("@ROOT@", quote(mount.resolve(root.text()).toString()))
                .replace("@NAME@", root.text());
    }

    private static String environment() {
        StringBuilder text = new StringBuilder();
        for (String name : PASSED_ON) {
            text.append("[ -z \"${" + name + "-}\" ] || set -- --setenv " + name + " \"$" + name + "\" \"$@\"\n");
        }
        return text.toString().stripTrailing();
    }

    private static String template() {
        try (InputStream in = Objects.requireNonNull(EnterScript.class.getResourceAsStream("enter.sh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(List<Path> paths) {
        return String.join(
                " ", paths.stream().map(path -> quote(path.toString())).toList());
    }

    /** A word of sh(1). */
    public static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
