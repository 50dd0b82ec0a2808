package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.InstalledRoot;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "List the roots of this machine.",
        footer = {"", "Examples:", "  cloister list", "  cloister list --json | jq -r '.roots[].root'"})
final class ListVerb implements Callable<Integer> {
    private final Session session;

    ListVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        List<InstalledRoot> roots = session.agent().roots();
        if (session.json()) {
            session.print(document(roots));
        } else if (roots.isEmpty()) {
            session.terminal().err().println("Nothing is installed yet: try `cloister install hello`.");
        } else {
            print(roots);
        }
        return 0;
    }

    private void print(List<InstalledRoot> roots) {
        Table table = new Table("ROOT", "PACKAGE", "VERSION", "PACKAGES", "COMMANDS");
        for (InstalledRoot root : roots) {
            table.row(
                    root.root().text(),
                    root.requested().name().text(),
                    root.requested().version().text(),
                    Integer.toString(root.closure().packages().size()),
                    String.join(" ", root.commands()));
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }

    private ObjectNode document(List<InstalledRoot> roots) throws CommandFailed {
        ObjectNode document = session.mapper().createObjectNode();
        document.put("mount", session.agent().status().mount());
        ArrayNode list = document.putArray("roots");
        for (InstalledRoot root : roots) {
            ObjectNode one = list.addObject()
                    .put("root", root.root().text())
                    .put("name", root.requested().name().text())
                    .put("version", root.requested().version().text())
                    .put("architecture", root.requested().architecture().text())
                    .put("closure", root.closure().id().digest().toString())
                    .put("configured", root.configured().digest().toString());
            ArrayNode commands = one.putArray("commands");
            root.commands().forEach(commands::add);
            ArrayNode packages = one.putArray("packages");
            root.closure().packages().forEach(member -> packages.add(member.id().toString()));
        }
        return document;
    }
}
