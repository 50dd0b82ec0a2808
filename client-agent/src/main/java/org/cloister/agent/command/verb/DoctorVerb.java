package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.Check;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "Look for what keeps Cloister from working here, and say what to do.",
        footer = {
            "",
            "Examples:",
            "  cloister doctor",
            "  cloister doctor --json | jq '.checks[] | select(.result != \"ok\")'"
        })
final class DoctorVerb implements Callable<Integer> {
    private final Session session;

    DoctorVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        List<Check> checks = new ArrayList<>();
        var agent = session.agentOrNull();
        if (agent == null) {
            checks.add(new Check(
                    "agent",
                    Check.Result.FAILED,
                    "none answers on this machine",
                    "Start it: bin/agent. Its own log says why it ended, if it did."));
            checks.addAll(new MachineChecks(java.nio.file.Path.of("/")).all());
        } else {
            checks.add(new Check("agent", Check.Result.OK, "answers", ""));
            checks.addAll(agent.checks());
        }
        checks.addAll(new RepositoryChecks(session).all());
        return show(checks);
    }

    private int show(List<Check> checks) {
        boolean failed = checks.stream().anyMatch(check -> check.result() == Check.Result.FAILED);
        if (session.json()) {
            session.print(document(checks, !failed));
        } else {
            checks.forEach(this::print);
        }
        return (failed ? ExitStatus.FAILED : ExitStatus.OK).code();
    }

    private void print(Check check) {
        PrintStream out = session.terminal().out();
        Style style = session.terminal().shape().outStyle();
        String mark = switch (check.result()) {
            case OK -> style.green("ok     ");
            case WARNING -> style.yellow("warning");
            case FAILED -> style.red("FAILED ");
        };
        out.println(mark + "  " + String.format(Locale.ROOT, "%-18s ", check.name()) + Table.printable(check.detail()));
        if (!check.remedy().isEmpty() && check.result() != Check.Result.OK) {
            out.println("         What to do: " + Table.printable(check.remedy()));
        }
    }

    private ObjectNode document(List<Check> checks, boolean well) {
        ObjectNode document = session.mapper().createObjectNode().put("well", well);
        ArrayNode list = document.putArray("checks");
        for (Check check : checks) {
            list.addObject()
                    .put("name", check.name())
                    .put("result", check.result().name().toLowerCase(Locale.ROOT))
                    .put("detail", check.detail())
                    .put("remedy", check.remedy());
        }
        return document;
    }
}
