package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.events.DesktopDevices;
import org.cloister.events.RootName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "sound",
        description = "Which roots may play and record sound.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SoundVerb.Grant.class, SoundVerb.ListGrants.class, SoundVerb.Revoke.class},
        footer = {"", "Examples:", "  cloister sound grant vlc", "  cloister sound list"})
final class SoundVerb {
    private SoundVerb() {}

    private static DesktopGrants grants(Session session, OneHost host)
            throws CommandFailed, IOException, InterruptedException {
        return new DesktopGrants(
                session,
                host.of(session),
                List.of("sound-server"),
                "No root may play sound. Grant it: cloister sound grant ROOT");
    }

    @Command(
            name = "grant",
            description = {
                "A root may play and record sound, through your PulseAudio or PipeWire.",
                "Programs that are started from now on have it."
            },
            footer = {
                "",
                "A program that wants the card itself needs `cloister device grant ROOT CARD`.",
                "",
                "Examples:",
                "  cloister sound grant vlc"
            })
    static final class Grant implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Mixin
        private OneHost host = new OneHost();

        Grant(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            RootName name = new RootName(root);
            grants(session, host).grant(name, DesktopDevices.SOUND, name + " may play and record sound.");
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "list",
            description = "Which roots have it.",
            footer = {"", "Examples:", "  cloister sound list --json | jq -r '.grants[].root'"})
    static final class ListGrants implements Callable<Integer> {
        private final Session session;

        @Mixin
        private OneHost host = new OneHost();

        ListGrants(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            DesktopGrants grants = grants(session, host);
            ObjectNode document = grants.document();
            if (session.json()) {
                session.print(document);
            } else {
                grants.print(document, null);
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "revoke",
            description = "A root may play sound no longer. Programs that run keep it until they end.",
            footer = {"", "Examples:", "  cloister sound revoke vlc"})
    static final class Revoke implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Mixin
        private OneHost host = new OneHost();

        Revoke(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            grants(session, host).revoke(new RootName(root));
            return ExitStatus.OK.code();
        }
    }
}
