package org.cloister.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.agent.service.ServiceUnit.KillMode;
import org.cloister.agent.service.ServiceUnit.Restart;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.ServiceName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnitFileTest {
    private static final ServiceName NAME = new ServiceName("web@a-b\\x2dc");
    private static final Specifiers SPECIFIERS = Specifiers.of(NAME, "www-data", "/var/www", "web.example.org");

    private static ServiceUnit unit(String text) {
        return UnitReader.read(NAME, UnitFile.parse(text), SPECIFIERS);
    }

    private static ServiceUnit service(String lines) {
        return unit("[Service]\n" + lines);
    }

    private static ExecCommand command(String line) {
        return service("ExecStart=" + line).commands().start().get(0);
    }

    @Test
    void aLineThatEndsWithABackslashGoesOnAndCommentsBetweenAreLeftOut() {
        UnitFile file = UnitFile.parse("[Service]\nEnvironment=A=1 \\\n# a comment\n  B=2\n; another\nUser = x \n");
        assertThat(file.assignments())
                .containsExactly(
                        new UnitFile.Assignment("Service", "Environment", "A=1    B=2"),
                        new UnitFile.Assignment("Service", "User", "x"));
        assertThat(file.problems()).isEmpty();
    }

    @Test
    void whatIsNoAssignmentIsLeftOutAndTold() {
        UnitFile file = UnitFile.parse("User=x\n[Service]\nnonsense\nUser=y\n");
        assertThat(file.assignments()).containsExactly(new UnitFile.Assignment("Service", "User", "y"));
        assertThat(file.problems())
                .containsExactly(
                        "line 1 is outside of any section and is left out",
                        "line 3 is neither a section nor an assignment and is left out");
    }

    @Test
    void anEmptyAssignmentTakesBackWhatCameBefore() {
        UnitFile file = UnitFile.parse("[Service]\nExecStart=/bin/a\n")
                .with(UnitFile.parse("[Service]\nExecStart=\nExecStart=/bin/b\n"));
        assertThat(UnitReader.read(NAME, file, SPECIFIERS).commands().start())
                .extracting(ExecCommand::text)
                .containsExactly("/bin/b");
    }

    @Test
    void limitsHold() {
        UnitFile many = UnitFile.parse("[S]\n" + "A=1\n".repeat(UnitFile.MAX_ASSIGNMENTS + 5));
        assertThat(many.assignments()).hasSize(UnitFile.MAX_ASSIGNMENTS);
        assertThat(many.problems()).hasSize(5);
        assertThat(UnitFile.parse("[S]\nA=" + "x".repeat(UnitFile.MAX_LINE) + "\nB=1")
                        .assignments())
                .containsExactly(new UnitFile.Assignment("S", "B", "1"));
        assertThatThrownBy(() -> Words.split("a ".repeat(Words.MAX_WORDS + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void quotesAndEscapesAreThoseOfSystemd() {
        assertThat(Words.split("a \"b c\" 'd \"e' f\\x20g \\101 \\u00e4 \\s\\t."))
                .containsExactly("a", "b c", "d \"e", "f g", "A", "ä", " \t.");
        assertThatThrownBy(() -> Words.split("\"a")).hasMessageContaining("isn't closed");
        assertThatThrownBy(() -> Words.split("\\q")).hasMessageContaining("no escape");
    }

    /** systemd warns of them and goes on. */
    @Test
    void whatIsNoEscapeInACommandStandsForItself() {
        assertThat(command("/bin/sed 's/\\.conf$$//' \\x2").words())
                .containsExactly("/bin/sed", "s/\\.conf$$//", "\\x2");
        assertThat(command("/bin/p $A").filled(Map.of("A", "it's \\d")).argv()).containsExactly("/bin/p", "its \\d");
    }

    @Test
    void anEscapedBackslashContinuesNoLine() {
        assertThat(UnitFile.parse("[S]\nA=x\\\\\nB=1").assignments())
                .extracting(UnitFile.Assignment::key)
                .containsExactly("A", "B");
    }

    @Test
    void anEmptyConditionTakesBackThoseBefore() {
        assertThat(
                        unit("[Unit]\nConditionPathExists=/a\nConditionPathExists=\nConditionPathExists=/b\n[Service]\nExecStart=/x")
                                .relations()
                                .conditions())
                .extracting(Condition::argument)
                .containsExactly("/b");
    }

    /** A megabyte behind a quote that is never closed is read once. */
    @Test
    @Timeout(10)
    void anOpenQuoteOfAnEnvironmentFileIsNoHang() {
        assertThat(EnvironmentText.file("A=\"" + "x\n".repeat(500_000))).containsKey("A");
    }

    @Test
    void specifiersAreFilledIn() {
        assertThat(SPECIFIERS.expand("%n %N %p %i %I %j %t %u %h %H %l 100%%"))
                .isEqualTo("web@a-b\\x2dc.service web@a-b\\x2dc web a-b\\x2dc a/b-c web /run www-data /var/www"
                        + " web.example.org web 100%");
        assertThatThrownBy(() -> SPECIFIERS.expand("%Z")).hasMessageContaining("%Z isn't known");
    }

    @Test
    void prefixesOfCommandsHaveTheirMeaning() {
        ExecCommand all = command("-@+:/bin/sh name $A");
        assertThat(all.ignoreFailure()).isTrue();
        assertThat(all.privileged()).isTrue();
        assertThat(all.filled(Map.of("A", "x"))).isEqualTo(new ExecCommand.Filled(List.of("/bin/sh", "$A"), "name"));
    }

    @Test
    void variablesAreFilledInAsWordsOrAsOne() {
        Map<String, String> environment = Map.of("TWO", "a 'b c'", "ONE", "x y");
        assertThat(command("/bin/p $TWO ${ONE} pre${ONE}post $NONE ${NONE} $$HOME a$TWO")
                        .filled(environment)
                        .argv())
                .containsExactly("/bin/p", "a", "b c", "x y", "prex ypost", "", "$HOME", "a$TWO");
    }

    @Test
    void severalCommandsOfOneLineAreSeparatedBySemicolons() {
        assertThat(service("Type=oneshot\nExecStart=/bin/a 1 ; /bin/b \\; c")
                        .commands()
                        .start())
                .extracting(ExecCommand::words)
                .containsExactly(List.of("/bin/a", "1"), List.of("/bin/b", ";", "c"));
    }

    @Test
    void timesHaveUnits() {
        assertThat(TimeSpan.parse("5min 20s")).isEqualTo(Duration.ofSeconds(320));
        assertThat(TimeSpan.parse("1.5")).isEqualTo(Duration.ofMillis(1500));
        assertThat(TimeSpan.parse("50ms")).isEqualTo(Duration.ofMillis(50));
        assertThat(TimeSpan.parse("infinity")).isEqualTo(TimeSpan.INFINITY);
        assertThatThrownBy(() -> TimeSpan.parse("5 parsec")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void environmentFilesHaveQuotesCommentsAndContinuedLines() {
        assertThat(EnvironmentText.file(
                        "# c\nA=1 \nB=\"x \\\"y\\\" \\z\" # no comment\nC='$a \\b'\nD=a\\\nb\nbad line\nE=\n\"F=x\"\n"
                                + "G=\"two\nlines\"\n"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "A", "1",
                        "B", "x \"y\" \\z # no comment",
                        "C", "$a \\b",
                        "D", "ab",
                        "E", "",
                        "G", "two\nlines"));
    }

    /** As Debian 12 ships it. */
    @Test
    void apachesUnitIsUnderstood() {
        ServiceUnit unit = unit("""
                [Unit]
                Description=The Apache HTTP Server
                After=network.target remote-fs.target nss-lookup.target other.service

                [Service]
                Type=forking
                Environment=APACHE_STARTED_BY_SYSTEMD=true
                ExecStart=/usr/sbin/apachectl start
                ExecStop=/usr/sbin/apachectl graceful-stop
                ExecReload=/usr/sbin/apachectl graceful
                KillMode=mixed
                PrivateTmp=true
                Restart=on-abort
                OOMPolicy=continue

                [Install]
                WantedBy=multi-user.target
                """);
        assertThat(unit.lifecycle().type()).isEqualTo(Type.FORKING);
        assertThat(unit.lifecycle().restart()).isEqualTo(Restart.ON_ABORT);
        assertThat(unit.kill().mode()).isEqualTo(KillMode.MIXED);
        assertThat(unit.execution().environment()).containsEntry("APACHE_STARTED_BY_SYSTEMD", "true");
        assertThat(unit.relations().after()).containsExactly(new ServiceName("other"));
        assertThat(unit.relations().installable()).isTrue();
        assertThat(unit.notes()).isEqualTo(new ServiceUnit.Notes(List.of(), List.of()));
    }

    @Test
    void whatHasNoEffectIsTold() {
        ServiceUnit unit = unit("""
                [Unit]
                ConditionVirtualization=vm
                OnFailure=mail.service
                [Service]
                ExecStart=/bin/x
                WatchdogSec=5
                DynamicUser=yes
                ProtectHome=yes
                SystemCallFilter=@system-service
                KillSignal=SIGNONE
                MemoryMax=1G
                """);
        assertThat(unit.notes().hardening()).containsExactly("ProtectHome", "SystemCallFilter");
        assertThat(unit.notes().unsupported())
                .containsExactlyInAnyOrder(
                        "KillSignal= can't be read and is left out: SIGNONE is no signal",
                        "ConditionVirtualization=vm isn't checked here and counts as met",
                        "OnFailure= has no effect here",
                        "WatchdogSec= has no effect here",
                        "DynamicUser= has no effect here",
                        "MemoryMax= has no effect here");
    }

    @Test
    void directoriesLimitsAndUsersAreRead() {
        ServiceUnit unit = service("User=redis\nGroup=redis\nRuntimeDirectory=redis a/b\nRuntimeDirectoryMode=2755\n"
                + "StateDirectory=../x\nLimitNOFILE=65535\nLimitCORE=infinity\nLimitAS=1G:2G\nUMask=007\nEnvironmentFile=-/etc/default/x\n"
                + "AmbientCapabilities=CAP_NET_BIND_SERVICE\nExecStart=/bin/x\n");
        assertThat(unit.execution().user()).contains("redis");
        assertThat(unit.execution().directories())
                .extracting(ServiceUnit.OwnDirectory::path)
                .containsExactly("/run/redis", "/run/a/b");
        assertThat(unit.execution().environment()).containsEntry("RUNTIME_DIRECTORY", "/run/redis:/run/a/b");
        assertThat(unit.execution().limits())
                .containsExactly("--nofile=65535:65535", "--core=unlimited:unlimited", "--as=1073741824:2147483648");
        assertThat(unit.execution().umask()).isEqualTo("007");
        assertThat(unit.execution().ambient()).containsExactly("+net_bind_service");
        assertThat(unit.notes().unsupported())
                .containsExactly("StateDirectory=../x is no path below /var/lib/ and is left out");
    }

    @Test
    void anInitScriptIsAServiceByItsHeader() {
        ServiceUnit unit =
                InitScript.parse(new ServiceName("xinetd"), """
                        #! /bin/sh
                        ### BEGIN INIT INFO
                        # Provides:          xinetd
                        # Required-Start:    $local_fs $remote_fs portmap
                        # Short-Description: Starts or stops the xinetd daemon.
                        ### END INIT INFO
                        case "$1" in
                          start) ;;
                          reload|force-reload) ;;
                        esac
                        """, SPECIFIERS).orElseThrow();
        assertThat(unit.isInitScript()).isTrue();
        assertThat(unit.description()).isEqualTo("Starts or stops the xinetd daemon.");
        assertThat(unit.commands().start()).extracting(ExecCommand::text).containsExactly("/etc/init.d/xinetd start");
        assertThat(unit.commands().reload()).hasSize(1);
        assertThat(unit.relations().requires()).containsExactly(new ServiceName("portmap"));
        assertThat(InitScript.parse(new ServiceName("x"), "#!/bin/sh\n", SPECIFIERS))
                .isEmpty();
    }

    /** Foreign bytes make a unit, whatever they are. */
    @Test
    void noTextMakesTheParserFail() {
        long seed = Long.getLong("cloister.seed", 20261128);
        Random random = new Random(seed);
        String[] pieces = {
            "[Service]",
            "[Unit]",
            "\n",
            "\n",
            "=",
            "ExecStart=",
            "Type=",
            "Environment=",
            "\\",
            "\"",
            "'",
            "%",
            "%n",
            "$A",
            "${A}",
            ";",
            "#",
            " ",
            "\t",
            "\u0000",
            "ä",
            "RestartSec=",
            "User=",
            "LimitNOFILE=",
            "StandardOutput=file:/x",
            "-",
            "@",
            "9999999999999999999",
            "infinity",
            "After=a.service",
            "ConditionPathExists=|!/x",
            "SuccessExitStatus=",
            "SIGTERM",
            "\\x",
            "\\u12"
        };
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "[Service]\n" : "");
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(
                        random.nextInt(8) == 0
                                ? Character.toString(random.nextInt(0xd7ff))
                                : pieces[random.nextInt(pieces.length)]);
            }
            assertThatCode(() -> {
                        ServiceUnit unit = unit(text.toString());
                        for (ExecCommand command : unit.commands().start()) {
                            try {
                                command.filled(Map.of("A", text.toString()));
                            } catch (IllegalArgumentException e) {
                                // Told when it is to be started.
                            }
                        }
                        EnvironmentText.file(text.toString());
                        InitScript.parse(NAME, text.toString(), SPECIFIERS);
                    })
                    .as("seed %d round %d: %s", seed, round, text)
                    .doesNotThrowAnyException();
        }
    }
}
