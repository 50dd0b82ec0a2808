package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScriptOutputTest {
    private final ScriptOutput output = new ScriptOutput();

    @Test
    void theScriptItsStatusAndWhatItPrintedAreTold() {
        hear(
                "Setting up dash (0.5.12-2) ...",
                "No diversion, none removed.",
                "Setting up netbase (6.4) ...",
                "/var/lib/dpkg/info/netbase.postinst: 6: cannot create /etc/hosts: Directory nonexistent",
                "dpkg: error processing package netbase (--configure):",
                " installed netbase package post-installation script subprocess returned error exit status 2",
                "Errors were encountered while processing:",
                " netbase");
        assertThat(output.why()).hasValue("""
                the postinst script of netbase ended with status 2; its last lines:
                    /var/lib/dpkg/info/netbase.postinst: 6: cannot create /etc/hosts: Directory nonexistent""");
    }

    @Test
    void theScriptThatFailedIsTheReasonNotThePackagesThatWaitForIt() {
        hear(
                "dpkg: dependency problems prevent configuration of app:",
                " app depends on lib; however:",
                "dpkg: error processing package app (--configure):",
                " dependency problems - leaving unconfigured",
                "Setting up lib:amd64 (1) ...",
                "dpkg: error processing package lib:amd64 (--configure):",
                " installed lib:amd64 package post-installation script subprocess was killed by signal (Killed)");
        assertThat(output.why())
                .hasValue("the postinst script of lib:amd64 was killed by signal (Killed), and it printed nothing");
    }

    @Test
    void whatSucceedsWhenItIsTriedAgainIsNoReason() {
        hear(
                "Setting up lib (1) ...",
                "dpkg: error processing package lib (--configure):",
                " installed lib package post-installation script subprocess returned error exit status 1",
                "@cloister again without dependencies",
                "Setting up app (1) ...");
        assertThat(output.why()).isEmpty();
    }

    @Test
    void aPreinstIsTold() {
        hear("@cloister preinst app", "no room for app", "@cloister failed preinst of app (3)");
        assertThat(output.why())
                .hasValue("the preinst script of app ended with status 3; its last lines:\n    no room for app");
    }

    @Test
    void aScriptThatPrintsMuchIsShortened() {
        hear("Setting up app (1) ...");
        IntStream.range(0, 1_000).forEach(i -> output.hear("x".repeat(10_000)));
        hear(
                "dpkg: error processing package app (--configure):",
                " installed app package post-installation script subprocess returned error exit status 1");
        assertThat(output.why().orElseThrow()).hasSizeLessThan(3_000);
    }

    private void hear(String... lines) {
        for (String line : lines) {
            output.hear(line);
        }
    }
}
