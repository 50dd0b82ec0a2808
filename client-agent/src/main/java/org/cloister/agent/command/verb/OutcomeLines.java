package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.control.Awaited;
import org.cloister.agent.control.Conffile;
import org.cloister.agent.control.Conffile.State;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.events.RootName;

/**
 * Says what became of a request.
 *
 * @param done what is said of a root that is not there (any more), such as "removed"
 */
record OutcomeLines(Session session, String done) {
    private static final int COMMANDS_SHOWN = 3;
    private static final String REMEDY = "`cloister doctor` looks for a cause on this machine; then ask again.";

    private static final String CONFIGURE_REMEDY =
            "A script of a package failed in a sandbox without network and without "
                    + "running services. Another version may do: `cloister show NAME` lists them. " + REMEDY;

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
                    String.join(", ", names(failed.roots())) + ": step " + failed.step() + " failed on " + asked.host()
                            + ", and nothing was changed there: " + failed.reason(),
                    failed.step().equals("configure") ? CONFIGURE_REMEDY : REMEDY);
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
            ArrayNode files = document.putArray("conffiles");
            unsettled(outcome, own).forEach(file -> ConffileText.document(file, files.addObject()));
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
        conffiles(unsettled(outcome, own));
    }

    /** Edited configuration files for which the roots' packages now ship something else. */
    private List<Conffile> unsettled(Awaited.Done outcome, boolean own) throws CommandFailed {
        AgentControl agent = session.agentOrNull();
        List<Conffile> files = new ArrayList<>();
        if (!own || agent == null) {
            return files;
        }
        for (InstalledRoot present : agent.roots()) {
            if (outcome.roots().contains(present.root())) {
                try {
                    agent.conffiles(present.root()).stream()
                            .filter(file -> file.state() == State.NEWER || file.state() == State.OBSOLETE)
                            .forEach(files::add);
                } catch (IOException e) {
                    session.terminal().err().println("Edited configuration files can't be listed: " + e.getMessage());
                } catch (InterruptedException e) {
                    throw new CommandFailed(ExitStatus.INTERRUPTED, "Interrupted; the request is done.", "", e);
                }
            }
        }
        return files;
    }

    private void conffiles(List<Conffile> files) {
        for (Conffile file : files) {
            session.terminal()
                    .out()
                    .println("  kept: " + file.root() + " /" + Table.printable(file.path()) + " is "
                            + ConffileText.of(file));
        }
        files.stream()
                .map(Conffile::root)
                .distinct()
                .forEach(root -> session.terminal()
                        .out()
                        .println("  see both: cloister conffiles " + root
                                + " --show; then --merge, --take-new or --keep"));
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
