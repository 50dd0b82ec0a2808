package org.cloister.agent.command;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.control.Awaited;
import org.cloister.agent.control.Change;
import org.cloister.agent.control.Conffile;
import org.cloister.agent.control.DriftCheck;
import org.cloister.agent.control.Guest;
import org.cloister.agent.control.Launch;
import org.cloister.agent.control.LaunchRequest;
import org.cloister.agent.control.Verification;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.layer.InventoryVerdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need no repository. */
class VerbsTest {
    @TempDir
    Path directory;

    private final FakeAgent agent = new FakeAgent();

    private CommandLineTool tool() {
        return new CommandLineTool(directory, agent);
    }

    @Test
    void withoutAnAgentTheErrorSaysWhatToDo() {
        CommandLineTool.Result result = new CommandLineTool(directory, null).run("list");
        assertThat(result.status()).isEqualTo(4);
        assertThat(result.err()).contains("No agent answers on this machine.").contains("What to do:");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void listShowsRootsForPeopleAndForScripts() {
        agent.roots.add(FakeAgent.root("web", "nginx", "1.22.1-9", "nginx"));
        assertThat(tool().run("list").out()).isEqualTo("web  nginx  1.22.1-9  1  nginx\n");
        String json = tool().run("list", "--json").out();
        assertThat(json)
                .contains("\"mount\":\"/packages\"")
                .contains("\"root\":\"web\"")
                .contains("\"version\":\"1.22.1-9\"");
        assertThat(tool().run("--json", "list").out()).isEqualTo(json);
    }

    @Test
    void runHandsEverythingAfterTheRootToTheProgram() {
        agent.launch = new Launch.Ready(List.of("/usr/bin/bwrap", "x"));
        CommandLineTool.Result result = tool().run("run", "nginx", "--", "nginx", "-V", "--help", "--json");
        assertThat(result.replacement()).containsExactly("/usr/bin/bwrap", "x");
        assertThat(agent.launched.get(0))
                .isEqualTo(new LaunchRequest(
                        new RootName("nginx"),
                        List.of("nginx", "-V", "--help", "--json"),
                        directory.toString(),
                        "alice",
                        LaunchRequest.Home.BY_POLICY));
        tool().run("run", "nginx", "sh", "--", "x");
        assertThat(agent.launched.get(1).command()).containsExactly("sh", "--", "x");
        tool().run("run", "--no-home", "nginx", "id");
        assertThat(agent.launched.get(2).home()).isEqualTo(LaunchRequest.Home.NONE);
    }

    @Test
    void aGuestThatDoesNotAnswerHidesNoOther() {
        agent.guests = List.of(guest("web-1"), guest("web-2"));
        agent.silentGuests = List.of(new GuestId("web-1"));
        assertThat(tool().run("guest", "stats").out().lines().map(line -> line.split(" +")[0]))
                .contains("web-1", "web-2");
        assertThat(tool().run("guest", "stats", "web-1").status()).isNotZero();
    }

    private static Guest guest(String id) {
        return new Guest(
                new GuestId(id), new RootName("web"), 1, CommandLineTool.NOW, 512, "none", "sh", Guest.State.RUNNING);
    }

    @Test
    void aGuestHasNoSharedHome() {
        CommandLineTool.Result result = tool().run("run", "--home", "--isolation", "guest", "nginx", "id");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("--share");
    }

    @Test
    void aShareOfAGuestStartsFromTheCallersDirectory() {
        tool().run(
                        "run",
                        "--isolation",
                        "guest",
                        "--share",
                        ".:ro",
                        "--share",
                        "./a/../b",
                        "--share",
                        "/c:ro",
                        "nginx",
                        "id");
        assertThat(requireNonNull(agent.guestOptions).shares())
                .containsExactly(directory + ":ro", directory.resolve("b").toString(), "/c:ro");
    }

    @Test
    void aRefusedLaunchIsAFailureWithItsRemedy() {
        CommandLineTool.Result result = tool().run("shell", "nope");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .contains("There is no root of that name.")
                .contains("`cloister list` shows the roots.");
        assertThat(result.replacement()).isEmpty();
    }

    @Test
    void resetTakesPathsAsTheyAreSeenInTheRoot() {
        agent.roots.add(FakeAgent.root("nginx", "nginx", "1", "nginx"));
        assertThat(tool().run("reset", "nginx", "/etc/nginx/", "var/log").out())
                .isEqualTo("nginx: 2 changes discarded.\n");
        assertThat(agent.resetPaths).containsExactly("etc/nginx", "var/log");
        assertThat(tool().run("reset", "nginx", "/").status()).isEqualTo(2);
        assertThat(tool().run("reset", "nginx", "../nginx2").status()).isEqualTo(2);
    }

    @Test
    void diffShowsWhatBecameOfAPath() {
        agent.roots.add(FakeAgent.root("nginx", "nginx", "1", "nginx"));
        agent.changes = List.of(
                change("etc/x", Change.Kind.MODIFIED, "f"),
                change("var/\u001b[31mlog", Change.Kind.ADDED, "d"),
                change("etc/gone", Change.Kind.DELETED, ""));
        assertThat(tool().run("diff", "nginx").out()).isEqualTo("~ etc/x  12 B\n+ var/?[31mlog/\n- etc/gone\n");
        assertThat(tool().run("diff", "nginx", "--json").out()).contains("\"kind\":\"modified\"");
    }

    private static Change change(String path, Change.Kind kind, String type) {
        return new Change(path, kind, type, false, 420, 0, 0, "0.0", 12, null, "0:0", 1, 1, java.util.Map.of());
    }

    @Test
    void whatAnUpgradeKeptIsNamedInDiffAndInConffiles() {
        RootName root = new RootName("nginx");
        agent.roots.add(FakeAgent.root("nginx", "nginx", "1", "nginx"));
        agent.changes = List.of(change("etc/x", Change.Kind.MODIFIED, "f"));
        agent.conffiles = List.of(new Conffile(root, "etc/x", Conffile.State.NEWER, Conffile.Merge.CONFLICT));
        assertThat(tool().run("diff", "nginx").out()).contains("the package's changed too, in the same lines");
        assertThat(tool().run("conffiles").out()).startsWith("nginx  /etc/x  edited; ");
        assertThat(tool().run("conffiles", "--json").out())
                .isEqualTo(
                        "{\"files\":[{\"root\":\"nginx\",\"path\":\"etc/x\",\"state\":\"newer\",\"merge\":\"conflict\"}]}\n");
        assertThat(tool().run("conffiles", "nginx", "--show").out())
                .contains("# What the package changed since\n-x\n+y\n");
        assertThat(agent.settlement).isNull();
    }

    @Test
    void aConflictIsAFailureThatSaysWhatToDo() {
        agent.roots.add(FakeAgent.root("nginx", "nginx", "1", "nginx"));
        agent.settled = List.of(new Conffile.Settled("etc/x", "both changed the same lines"));
        CommandLineTool.Result result = tool().run("conffiles", "nginx", "--merge");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEqualTo("/etc/x: unchanged, both changed the same lines\n");
        assertThat(result.err()).contains("--take-new");
        agent.settled = List.of(new Conffile.Settled("etc/x", ""));
        assertThat(tool().run("conffiles", "nginx", "/etc/x", "--keep").out()).isEqualTo("/etc/x: kept as it is\n");
        assertThat(agent.settlement).isEqualTo(Conffile.Settlement.KEEP);
        assertThat(tool().run("conffiles", "--merge").status()).isEqualTo(2);
        assertThat(tool().run("conffiles", "nginx", "--merge", "--keep").status())
                .isEqualTo(2);
    }

    @Test
    void aRootThatIsNotHereIsAFailureThatTellsWhatIs() {
        agent.roots.add(FakeAgent.root("web", "nginx", "1", "nginx"));
        for (String verb : List.of("diff", "reset", "verify", "conffiles")) {
            CommandLineTool.Result result = tool().run(verb, "nope");
            assertThat(result.status()).as(verb).isEqualTo(1);
            assertThat(result.err())
                    .as(verb)
                    .contains("There is no root nope here.")
                    .contains("Here are web;");
        }
    }

    @Test
    void verifyFailsWithFiveOnlyWhileDamageIsLeft() {
        agent.roots.add(FakeAgent.root("nginx", "nginx", "1", "nginx"));
        assertThat(tool().run("verify").out()).isEqualTo("3 objects, 1.50 kB: all as recorded.\n");
        agent.verification = new Verification(
                3, 1500, List.of(new Verification.Damage(FakeAgent.DIGEST, List.of("nginx/usr/x"), true, "")));
        assertThat(tool().run("verify").status()).isEqualTo(0);
        agent.verification = new Verification(
                3, 1500, List.of(new Verification.Damage(FakeAgent.DIGEST, List.of("nginx/usr/x"), false, "")));
        assertThat(tool().run("verify", "nginx").status()).isEqualTo(5);
    }

    @Test
    void driftNamesWhatDiffersAndFailsWithFiveOnlyThen() {
        assertThat(tool().run("drift").out()).isEqualTo("The disk is as event 7 leaves it.\n");
        agent.drift = new DriftCheck(InventoryVerdict.OUTDATED, new Position(7), List.of(), 0);
        assertThat(tool().run("drift").status()).isEqualTo(1);
        agent.drift = new DriftCheck(
                InventoryVerdict.DIFFERS,
                new Position(7),
                List.of(new HostEvent.Difference("nginx/usr/x", "is not in the store")),
                2);
        CommandLineTool.Result result = tool().run("drift");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.out()).contains("nginx/usr/x  is not in the store", "3 differences");
        assertThat(tool().run("drift", "--json").out()).contains("\"differs\"", "nginx/usr/x");
    }

    @Test
    void wrongUsageIsTwoAndSaysWhereHelpIs() {
        CommandLineTool.Result result = tool().run("instal", "x");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("Did you mean").contains("install");
        assertThat(tool().run("install").status()).isEqualTo(2);
        assertThat(tool().run("install", "UPPER").err()).contains("not a package name");
        assertThat(tool().run("install", "a", "b", "--as", "c").status()).isEqualTo(2);
        assertThat(tool().run("list", "surplus").status()).isEqualTo(2);
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        assertThat(tool().run("completion", "bash").out())
                .contains("complete -F")
                .contains("rollback");
        assertThat(tool().run("completion", "zsh").out()).startsWith("#compdef cloister\n");
    }

    @Test
    void anotherUsersFilesStayShut() {
        CommandLineTool tool = tool();
        tool.mayUseFiles = false;
        tool.configuration = "repository = http://127.0.0.1:1\ntoken = " + FakeRepository.TOKEN + "\n";
        CommandLineTool.Result result = tool.run("publish", "/etc/shadow");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("opens no files for alice");
    }

    @Test
    void statusTellsAgentAndUnreachableRepository() {
        CommandLineTool.Result result = tool().run("status");
        assertThat(result.out())
                .contains("build-1 (h-0123456789abcdef)")
                .contains("7 of 9")
                .contains("does not answer");
    }

    @Test
    void anOutcomeIsNeverInvented() {
        agent.outcome = new Awaited.Unknown("x");
        CommandLineTool.Result result = tool().run("install", "nginx");
        assertThat(result.status()).isEqualTo(4);
        assertThat(result.err()).contains("does not answer");
    }
}
