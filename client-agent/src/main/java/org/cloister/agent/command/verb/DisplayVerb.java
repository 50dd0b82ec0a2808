package org.cloister.agent.command.verb;

import java.io.IOException;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.events.DesktopDevices;
import org.cloister.events.ScreenSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "display",
        description = "Which roots may show windows, and where.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DisplayVerb.Grant.class, DisplayVerb.ListGrants.class, DisplayVerb.Revoke.class},
        footer = {"", "Examples:", "  cloister display grant emacs", "  cloister display list"})
final class DisplayVerb {
    private DisplayVerb() {}

    /** For picocli. */
    static final class Size implements ITypeConverter<ScreenSize> {
        @Override
        public ScreenSize convert(String text) {
            try {
                return ScreenSize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Command(
            name = "grant",
            description = {
                "A root may show windows, on your display or on a screen of its own.",
                "Programs that are started from now on have it."
            },
            footer = {
                "",
                "What shows windows on your display may also see and use what others have there.",
                "A screen of its own is a window (Xephyr): what is in it sees nothing else, and",
                "xrandr changes only that.",
                "",
                "Examples:",
                "  cloister display grant emacs",
                "  cloister display grant untrusted --own-screen",
                "  cloister display grant oldgame --own-screen=640x480"
            })
    static final class Grant extends DesktopCommands.OfRoot {
        @Option(
                names = "--own-screen",
                arity = "0..1",
                fallbackValue = "1024x768",
                paramLabel = "WxH",
                converter = Size.class,
                description = "On a screen of its own; 1024x768 unless told.")
        private @Nullable ScreenSize ownScreen;

        Grant(Session session) {
            super(session, DesktopGrants.Kind.DISPLAY);
        }

        @Override
        void carryOut(DesktopGrants grants) throws CommandFailed, IOException, InterruptedException {
            if (ownScreen == null) {
                grants.grant(root(), DesktopDevices.DISPLAY, root() + " may show windows on your display.");
            } else {
                grants.grant(
                        root(),
                        DesktopDevices.screen(ownScreen),
                        root() + " may show windows on a screen of its own, " + ownScreen + ".");
            }
        }
    }

    @Command(
            name = "list",
            description = "Which roots have it.",
            footer = {"", "Examples:", "  cloister display list --json | jq -r '.grants[].root'"})
    static final class ListGrants extends DesktopCommands.Listing {
        ListGrants(Session session) {
            super(session, DesktopGrants.Kind.DISPLAY);
        }
    }

    @Command(
            name = "revoke",
            description = "A root may show windows no longer. Programs that run keep theirs until they end.",
            footer = {"", "Examples:", "  cloister display revoke vlc"})
    static final class Revoke extends DesktopCommands.Revocation {
        Revoke(Session session) {
            super(session, DesktopGrants.Kind.DISPLAY);
        }
    }
}
