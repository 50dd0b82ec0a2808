package org.cloister.agent.command.verb;

import java.io.IOException;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.events.DesktopDevices;
import picocli.CommandLine.Command;

@Command(
        name = "sound",
        description = "Which roots may play and record sound.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SoundVerb.Grant.class, SoundVerb.ListGrants.class, SoundVerb.Revoke.class},
        footer = {"", "Examples:", "  cloister sound grant vlc", "  cloister sound list"})
final class SoundVerb {
    private SoundVerb() {}

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
    static final class Grant extends DesktopCommands.OfRoot {
        Grant(Session session) {
            super(session, DesktopGrants.Kind.SOUND);
        }

        @Override
        void carryOut(DesktopGrants grants) throws CommandFailed, IOException, InterruptedException {
            grants.grant(root(), DesktopDevices.SOUND, root() + " may play and record sound.");
        }
    }

    @Command(
            name = "list",
            description = "Which roots have it.",
            footer = {"", "Examples:", "  cloister sound list --json | jq -r '.grants[].root'"})
    static final class ListGrants extends DesktopCommands.Listing {
        ListGrants(Session session) {
            super(session, DesktopGrants.Kind.SOUND);
        }
    }

    @Command(
            name = "revoke",
            description = "A root may play sound no longer. Programs that run keep it until they end.",
            footer = {"", "Examples:", "  cloister sound revoke vlc"})
    static final class Revoke extends DesktopCommands.Revocation {
        Revoke(Session session) {
            super(session, DesktopGrants.Kind.SOUND);
        }
    }
}
