package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.control.DriftCheck;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.layer.InventoryVerdict;
import picocli.CommandLine.Command;

@Command(
        name = "drift",
        description = {
            "Compare what is on this machine's disk with what its events tell.",
            "The agent does so each hour; what differs is recorded, and seen by cloister audit drift. Files' bytes are"
                    + " looked at by cloister verify."
        },
        footer = {"", "Examples:", "  cloister drift", "  cloister drift --json | jq .differences"})
final class DriftVerb implements Callable<Integer> {
    private final Session session;

    DriftVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        DriftCheck found = check();
        if (session.json()) {
            session.print(document(found));
        } else {
            print(found);
        }
        return switch (found.verdict()) {
            case AGREES -> ExitStatus.OK.code();
            case DIFFERS, UNEXPLAINED -> ExitStatus.DAMAGED.code();
            case OUTDATED -> ExitStatus.FAILED.code();
        };
    }

    private DriftCheck check() throws CommandFailed, IOException, InterruptedException {
        try (Progress shown = session.progress()) {
            return session.agent().drift(step -> LocalOutcome.show(shown, step));
        }
    }

    private void print(DriftCheck found) {
        PrintStream out = session.terminal().out();
        Style style = session.terminal().shape().outStyle();
        if (found.verdict() == InventoryVerdict.OUTDATED) {
            out.println("Something is being installed here, or its outcome isn't recorded yet: nothing to compare."
                    + " Try again when cloister status says that nothing is pending.");
            return;
        }
        if (found.verdict() == InventoryVerdict.AGREES) {
            out.println(style.green("The disk is as event " + found.asOf() + " leaves it."));
            return;
        }
        for (Difference difference : found.differences()) {
            out.println(style.red("differs") + "  " + difference.path() + "  " + difference.found());
        }
        long all = found.differences().size() + found.more();
        out.println((all == 0 ? "The record" : Quantity.count(all, "difference"))
                + (all == 0 ? " knows of other roots than this machine does" : "")
                + "; recorded. cloister verify fetches again what the store lacks, and the agent's next start writes its"
                + " launchers anew.");
    }

    private ObjectNode document(DriftCheck found) {
        ObjectNode document = session.mapper().createObjectNode();
        document.put("verdict", found.verdict().text())
                .put("position", found.asOf().value());
        ArrayNode differences = document.putArray("differences");
        found.differences()
                .forEach(one -> differences.addObject().put("path", one.path()).put("found", one.found()));
        document.put("more", found.more());
        return document;
    }
}
