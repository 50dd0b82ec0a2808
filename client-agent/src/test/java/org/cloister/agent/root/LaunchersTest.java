package org.cloister.agent.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchersTest {
    @TempDir
    Path temp;

    private DesktopGrant granted = DesktopGrant.NONE;

    @Test
    void aFileThatIsNotOursStays() throws IOException {
        Path bin = Files.createDirectories(temp.resolve("bin"));
        Files.writeString(bin.resolve("jq"), "#!/bin/sh\necho mine\n");
        launchers().update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq", "jq2", "/usr/bin/jq2"))));
        assertThat(bin.resolve("jq")).content().contains("mine");
        assertThat(bin.resolve("jq2")).isExecutable().content().contains(Launchers.MARK);
    }

    @Test
    void whatSomebodyChangedIsFoundAndWrittenAnew() throws IOException {
        List<Launchers.Offer> offers = List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq", "jq2", "/usr/bin/jq2")));
        Path foreign = Files.createDirectories(temp.resolve("bin")).resolve("jq2");
        Files.writeString(foreign, "mine");
        Launchers launchers = launchers();
        launchers.update(offers);
        assertThat(launchers.altered(offers)).isEmpty();
        Path enter = launchers.enter(new RootName("jq"));
        Files.writeString(enter, Files.readString(enter) + "curl evil\n");
        Files.delete(temp.resolve("bin/jq"));
        assertThat(launchers.altered(offers)).containsExactlyInAnyOrder(enter, temp.resolve("bin/jq"));
        launchers.update(offers);
        assertThat(launchers.altered(offers)).isEmpty();
    }

    @Test
    void whatARootOfferedGoesWithIt() throws IOException {
        Launchers launchers = launchers();
        launchers.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));
        assertThat(launchers.enter(new RootName("jq"))).isExecutable();
        launchers.update(List.of(offer("old", true, Map.of("jq", "/usr/bin/jq"))));
        assertThat(temp.resolve("bin/jq")).doesNotExist();
        assertThat(temp.resolve("bin/jq@old")).exists();
        assertThat(launchers.enter(new RootName("jq"))).doesNotExist();
    }

    @Test
    void theScriptDecidesWhatIsSharedByTheCommandAndTheHome() throws IOException, InterruptedException {
        Path root = temp.resolve("mnt/jq/usr");
        Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("sbin"));
        Files.writeString(root.resolve("bin/jq"), "");
        Files.writeString(root.resolve("sbin/daemon"), "");
        Path people = temp.resolve("people");
        Path home = people.resolve("alice");
        Files.createDirectories(home.resolve(".local/bin"));
        Files.createDirectories(temp.resolve("people/alice/.config/cloister"));
        Files.createDirectories(temp.resolve("people/alice/state"));
        Path bwrap = temp.resolve("bwrap");
        Files.writeString(bwrap, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        bwrap.toFile().setExecutable(true);
        Launchers launchers = launchers(bwrap.toString());
        launchers.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));

        List<String> program = run(home, temp.resolve("bin/jq").toString(), "-n", "a b");
        assertThat(program).containsSequence("--bind", home.toString(), home.toString());
        assertThat(program).containsSequence("--perms", "0311", "--tmpfs", people.toString());
        assertThat(program).containsSequence("--ro-bind", home + "/.local/bin", home + "/.local/bin");
        assertThat(program).containsSequence("--tmpfs", home + "/.config/cloister");
        assertThat(program).endsWith("--", "/usr/bin/jq", "-n", "a b");
        assertThat(program).doesNotContain("CAP_DAC_OVERRIDE").doesNotContain("SECRET");
        assertThat(program)
                .containsSequence("--ro-bind", "/proc/sys", "/proc/sys")
                .containsSequence("--seccomp", "9");

        String enter = launchers.enter(new RootName("jq")).toString();
        assertThat(run(home, enter, "daemon")).doesNotContain(home.toString());
        assertThat(run(home, enter, "daemon")).doesNotContain("CAP_DAC_READ_SEARCH");
        assertThat(run(home, enter, "--home", "daemon")).containsSequence("--bind", home.toString(), home.toString());
        assertThat(run(home, enter, "--no-home", "jq")).doesNotContain(home.toString());
        assertThat(run(Path.of("/usr/share"), enter, "jq")).doesNotContain("0311");

        Path other = Files.createSymbolicLink(temp.resolve("people/other"), home);
        assertThat(run(other, enter, "--home", "jq")).containsSequence("--tmpfs", other + "/state");
    }

    @Test
    void whatWasGrantedOfADesktopIsAskedForAndAServiceHasNone() throws IOException, InterruptedException {
        Path desktop = Files.writeString(temp.resolve("desktop"), "#!/bin/sh\nprintf '%s\\n' desktop \"$@\"\n");
        desktop.toFile().setExecutable(true);
        Path bwrap = Files.writeString(temp.resolve("bwrap"), "#!/bin/sh\nprintf '%s\\n' bwrap \"$@\"\n");
        bwrap.toFile().setExecutable(true);
        Path init = Files.writeString(temp.resolve("init"), "");
        Launchers launchers = launchers(bwrap.toString());
        String enter = launchers.enter(new RootName("jq")).toString();
        launchers.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));
        assertThat(run(temp, enter, "jq")).contains("bwrap").doesNotContain("--cloister-desktop", "desktop");

        granted = new DesktopGrant("640x480", true);
        launchers.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));
        List<String> program = run(temp, enter, "jq", "a b");
        assertThat(program)
                .containsSequence(
                        "desktop",
                        "--root",
                        "jq",
                        "--tag",
                        "0a1b",
                        "--display",
                        "640x480",
                        "--sound",
                        "--",
                        bwrap.toString());
        assertThat(program)
                .as("after what makes /run and empties the environment")
                .containsSubsequence("/run", "--clearenv", "--cloister-desktop", "--chdir", "--", "jq", "a b");
        assertThat(run(temp, enter, "--service", init.toString(), "jq"))
                .contains("bwrap")
                .doesNotContain("--cloister-desktop", "desktop");
    }

    @Test
    void whatLetsInToADisplayOrToSoundIsNotOfTheSharedHome() throws IOException, InterruptedException {
        Path bwrap = Files.writeString(temp.resolve("bwrap"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        bwrap.toFile().setExecutable(true);
        Path home = Files.createDirectories(temp.resolve("people/alice"));
        Files.createDirectories(home.resolve(".config/pulse"));
        for (String name : List.of(".Xauthority", ".config/pulse/cookie", "elsewhere")) {
            Files.writeString(home.resolve(name), "secret");
        }
        Launchers launchers = launchers(bwrap.toString());
        launchers.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));
        List<String> program = run(
                home,
                "env",
                "XAUTHORITY=" + home + "/elsewhere",
                temp.resolve("bin/jq").toString());
        for (String name : List.of(".Xauthority", ".config/pulse/cookie", "elsewhere")) {
            assertThat(program)
                    .as(name)
                    .containsSubsequence("--bind", home.toString(), "--ro-bind", "/dev/null", home + "/" + name);
        }
        assertThat(program).doesNotContain(home + "/.ICEauthority");
    }

    private List<String> run(Path home, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("SECRET", "SECRET");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return out.lines().toList();
    }

    @Test
    void programsAndChosenAlternativesAreExported() {
        Manifest own = Manifest.of(List.of(
                dir("usr"),
                dir("usr/bin"),
                file("usr/bin/nano", 0755),
                file("usr/bin/data", 0644),
                dir("usr/share"),
                file("usr/share/x", 0755)));
        Manifest configured = Manifest.of(List.of(
                dir("etc"),
                dir("etc/alternatives"),
                ManifestEntry.symlink("etc/alternatives/editor", 0, 0, FileTime.EPOCH, "/usr/bin/nano"),
                ManifestEntry.symlink("etc/alternatives/awk", 0, 0, FileTime.EPOCH, "/usr/bin/mawk"),
                dir("usr"),
                dir("usr/bin"),
                ManifestEntry.symlink("usr/bin/awk", 0, 0, FileTime.EPOCH, "/etc/alternatives/awk"),
                ManifestEntry.symlink("usr/bin/editor", 0, 0, FileTime.EPOCH, "/etc/alternatives/editor")));
        assertThat(Exports.of(own, configured).commands())
                .containsExactly(Map.entry("editor", "/usr/bin/editor"), Map.entry("nano", "/usr/bin/nano"));
    }

    @Test
    void whatIsBorrowedStandsBack() throws IOException {
        launchers()
                .update(List.of(
                        new Launchers.Offer(
                                new RootName("all"),
                                false,
                                true,
                                false,
                                Map.of("gcc", "/usr/bin/gcc", "make", "/usr/bin/make"),
                                Map.of(),
                                Map.of()),
                        offer("gcc", false, Map.of("gcc", "/usr/bin/gcc"))));
        assertThat(temp.resolve("bin/gcc")).content().contains(Launchers.MARK + " gcc\n");
        assertThat(temp.resolve("bin/make")).content().contains(Launchers.MARK + " all\n");
    }

    @Test
    void aDesktopEntryStartsItsProgramInTheRoot() {
        String entry = "[Desktop Entry]\nName=X\nExec=x %U\nTryExec=x\nDBusActivatable=true\nIcon=/usr/share/x.png\n";
        assertThat(DesktopEntry.rewritten(entry, new RootName("x"), Path.of("/s/enter"), Path.of("/packages/x")))
                .isEqualTo("[Desktop Entry]\nX-Cloister-Root=x\nName=X\nExec=\"/s/enter\" x %U\nTryExec=/s/enter\n"
                        + "DBusActivatable=false\nIcon=/packages/x/usr/share/x.png\n");
    }

    @Test
    void aRootWithANetworkOfItsOwnIsEnteredThroughItAndSeesThatNetworksFiles()
            throws IOException, InterruptedException {
        Path bin = Files.createDirectories(temp.resolve("path"));
        for (String name : List.of("bwrap", "nsenter")) {
            Files.writeString(bin.resolve(name), "#!/bin/sh\nprintf '%s\\n' " + name + " \"$@\"\n");
            bin.resolve(name).toFile().setExecutable(true);
        }
        Path holder = Files.writeString(temp.resolve("holder"), "4711\n");
        Launchers user = launchers(
                bin.resolve("bwrap").toString(),
                Optional.of(new NetworkEntry(NetworkEntry.Kind.USER, holder, temp.resolve("net/etc"))));
        user.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));
        String enter = user.enter(new RootName("jq")).toString();
        assertThat(run(temp, "env", "PATH=" + bin + ":/usr/bin:/bin", enter, "jq"))
                .startsWith("nsenter", "--target", "4711", "--user", "--net", "--preserve-credentials", "--")
                .containsSequence("--ro-bind", temp.resolve("net/etc").toString(), "/run/cloister/etc");

        Files.delete(holder);
        Path namespace = Files.writeString(temp.resolve("namespace"), "");
        Launchers machine = launchers(
                bin.resolve("bwrap").toString(),
                Optional.of(new NetworkEntry(NetworkEntry.Kind.MACHINE, namespace, temp.resolve("net/etc"))));
        machine.update(List.of(offer("jq", false, Map.of("jq", "/usr/bin/jq"))));
        boolean root = System.getProperty("user.name").equals("root");
        List<String> entered = run(temp, "env", "PATH=" + bin + ":/usr/bin:/bin", enter, "jq");
        assertThat(entered.contains("--net=" + namespace))
                .as("only root can enter a namespace of the machine")
                .isEqualTo(root);
    }

    private Launchers launchers() throws IOException {
        return launchers("bwrap");
    }

    private Launchers launchers(String bwrap) throws IOException {
        return launchers(bwrap, Optional.empty());
    }

    private Launchers launchers(String bwrap, Optional<NetworkEntry> network) throws IOException {
        SystemCallFilter.write(temp.resolve("filter"));
        return new Launchers(
                temp.resolve("launch"),
                temp.resolve("bin"),
                temp.resolve("applications"),
                temp.resolve("mnt"),
                bwrap,
                temp.resolve("etc"),
                temp.resolve("run"),
                temp.resolve("media"),
                List.of(temp.resolve("people/alice/state")),
                RootUser.ofMachine(),
                temp.resolve("filter"),
                root -> List.of(),
                root -> network,
                new DesktopEntrance(temp.resolve("desktop"), "0a1b", root -> granted));
    }

    private static Launchers.Offer offer(String root, boolean alias, Map<String, String> commands) {
        return new Launchers.Offer(new RootName(root), alias, false, false, commands, Map.of(), Map.of());
    }

    private static ManifestEntry dir(String path) {
        return ManifestEntry.directory(path, 0755, 0, 0, FileTime.EPOCH);
    }

    private static ManifestEntry file(String path, int mode) {
        return ManifestEntry.file(path, mode, 0, 0, FileTime.EPOCH, 1, Digest.ofText(path));
    }
}
