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
import org.cloister.events.ScreenSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    private static DesktopGrants grants(Session session, OneHost host)
            throws CommandFailed, IOException, InterruptedException {
        return new DesktopGrants(
                session,
                host.of(session),
                List.of("display", "screen"),
                "No root may show windows. Grant it: cloister display grant ROOT");
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
    static final class Grant implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Option(
                names = "--own-screen",
                arity = "0..1",
                fallbackValue = "1024x768",
                paramLabel = "WxH",
                converter = Size.class,
                description = "On a screen of its own; 1024x768 unless told.")
        private @Nullable ScreenSize ownScreen;

        @Mixin
        private OneHost host = new OneHost();

        Grant(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            RootName name = new RootName(root);
            DesktopGrants grants = grants(session, host);
            if (ownScreen == null) {
                grants.grant(name, DesktopDevices.DISPLAY, name + " may show windows on your display.");
            } else {
                grants.grant(
                        name,
                        DesktopDevices.screen(ownScreen),
                        name + " may show windows on a screen of its own, " + ownScreen + ".");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "list",
            description = "Which roots have it.",
            footer = {"", "Examples:", "  cloister display list --json | jq -r '.grants[].root'"})
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
                grants.print(document, "DISPLAY");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "revoke",
            description = "A root may show windows no longer. Programs that run keep theirs until they end.",
            footer = {"", "Examples:", "  cloister display revoke vlc"})
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
