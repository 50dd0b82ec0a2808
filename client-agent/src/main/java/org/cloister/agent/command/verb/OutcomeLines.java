package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.control.Awaited;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.events.RootName;

/**
 * Says what became of a request.
 *
 * @param done what is said of a root that is not there (any more), such as "removed"
 */
record OutcomeLines(Session session, String done) {
    private static final int COMMANDS_SHOWN = 3;

    ExitStatus requested(Asked asked) {
        if (session.json()) {
            session.print(document(asked, "requested"));
        } else {
            session.terminal()
                    .out()
                    .println("Asked " + asked.host() + " at position " + asked.position() + ": "
                            + String.join(", ", asked.roots()));
        }
        return ExitStatus.OK;
    }

    /** @throws CommandFailed unless it was carried out */
    ExitStatus ended(Asked asked, Awaited outcome, boolean own) throws CommandFailed {
        if (outcome instanceof Awaited.Done carriedOut) {
            carriedOut(asked, carriedOut, own);
            return ExitStatus.OK;
        }
        if (outcome instanceof Awaited.Failed failed) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "Step " + failed.step() + " failed on " + asked.host() + ": " + failed.reason() + " ("
                            + String.join(", ", names(failed.roots())) + " as before)",
                    "`cloister doctor` looks for a cause on this machine; then ask again.");
        }
        String why = outcome instanceof Awaited.Unknown unknown ? unknown.why() : "";
        throw new CommandFailed(
                ExitStatus.FAILED,
                "No outcome yet of the request at position " + asked.position() + ": " + why + ".",
                "It is recorded and will be carried out; `cloister status` shows how far it is.");
    }

    /** Says that there was nothing to do, and what is there. */
    ExitStatus nothing(Asked asked, boolean own) throws CommandFailed {
        if (session.json()) {
            session.print(document(asked, "unchanged"));
            return ExitStatus.OK;
        }
        session.terminal().out().println("Nothing to do: " + asked.host() + " is as asked for.");
        List<InstalledRoot> present = own ? session.agent().roots() : List.of();
        present.stream()
                .filter(root -> asked.roots().contains(root.root().text()))
                .map(root -> ready(root, session.agentOrNull()))
                .forEach(session.terminal().out()::println);
        return ExitStatus.OK;
    }

    private void carriedOut(Asked asked, Awaited.Done outcome, boolean own) throws CommandFailed {
        if (session.json()) {
            ObjectNode document = document(asked, "done");
            document.put("generation", outcome.generation().toString()).put("milliseconds", outcome.milliseconds());
            session.print(document);
            return;
        }
        List<InstalledRoot> present = own ? session.agent().roots() : List.of();
        for (RootName name : outcome.roots()) {
            String line = present.stream()
                    .filter(root -> root.root().equals(name))
                    .findFirst()
                    .map(root -> ready(root, session.agentOrNull()))
                    .orElse(name + " is " + done + (own ? "." : " on " + asked.host() + "."));
            session.terminal().out().println(line + time(outcome));
        }
    }

    private static String time(Awaited.Done outcome) {
        return outcome.milliseconds() == 0 ? "" : " (" + Quantity.time(Duration.ofMillis(outcome.milliseconds())) + ")";
    }

    private String ready(InstalledRoot root, @org.jspecify.annotations.Nullable AgentControl agent) {
        String name = session.terminal()
                .shape()
                .outStyle()
                .bold(root.root() + " " + root.requested().version());
        String commands = root.commands().stream()
                .limit(COMMANDS_SHOWN)
                .map(command -> "`" + command + "`")
                .collect(Collectors.joining(", "));
        String run = root.commands().isEmpty()
                ? "`cloister shell " + root.root() + "`"
                : commands + " or `cloister run " + root.root() + " -- …`";
        String mount = agent == null ? "" : " (root: " + agent.status().mount() + "/" + root.root() + ")";
        return name + " is ready: run " + run + mount;
    }

    private static List<String> names(List<RootName> roots) {
        return roots.stream().map(RootName::text).toList();
    }

    private ObjectNode document(Asked asked, String outcome) {
        ObjectNode document = session.mapper().createObjectNode();
        document.put("host", asked.host().text())
                .put("position", asked.position().value())
                .put("correlation", asked.correlation())
                .put("outcome", outcome);
        ArrayNode roots = document.putArray("roots");
        asked.roots().forEach(roots::add);
        return document;
    }
}
