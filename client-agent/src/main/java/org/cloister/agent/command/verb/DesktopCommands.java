package org.cloister.agent.command.verb;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.events.RootName;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands of {@code display} and {@code sound} have in common. */
final class DesktopCommands {
    private DesktopCommands() {}

    /** Of one host. */
    abstract static class OfHost implements Callable<Integer> {
        private final Session session;
        private final DesktopGrants.Kind kind;

        @Mixin
        private OneHost host = new OneHost();

        OfHost(Session session, DesktopGrants.Kind kind) {
            this.session = session;
            this.kind = kind;
        }

        abstract void carryOut(DesktopGrants grants) throws CommandFailed, IOException, InterruptedException;

        @Override
        public Integer call() throws Exception {
            carryOut(new DesktopGrants(session, host.of(session), kind));
            return ExitStatus.OK.code();
        }
    }

    /** Of one root of it. */
    abstract static class OfRoot extends OfHost {
        @Parameters(paramLabel = "ROOT", description = "The root.")
        private String root = "";

        OfRoot(Session session, DesktopGrants.Kind kind) {
            super(session, kind);
        }

        RootName root() {
            return new RootName(root);
        }
    }

    /** Who has it. */
    abstract static class Listing extends OfHost {
        Listing(Session session, DesktopGrants.Kind kind) {
            super(session, kind);
        }

        @Override
        void carryOut(DesktopGrants grants) throws CommandFailed, IOException, InterruptedException {
            grants.show();
        }
    }

    /** One has it no longer. */
    abstract static class Revocation extends OfRoot {
        Revocation(Session session, DesktopGrants.Kind kind) {
            super(session, kind);
        }

        @Override
        void carryOut(DesktopGrants grants) throws CommandFailed, IOException, InterruptedException {
            grants.revoke(root());
        }
    }
}
