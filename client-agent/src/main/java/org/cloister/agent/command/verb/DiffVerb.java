package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.Change;
import org.cloister.agent.control.Conffile;
import org.cloister.events.RootName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        description = "List what was written in a root: + added, ~ modified, - deleted.",
        footer = {"", "Examples:", "  cloister diff nginx", "  cloister diff nginx --json | jq -r '.changes[].path'"})
final class DiffVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ROOT", description = "The root.")
    private String root = "";

    DiffVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        List<Change> changes = session.agent().diff(PresentRoot.of(session, root));
        if (session.json()) {
            ObjectNode document = session.mapper().createObjectNode().put("root", root);
            ArrayNode list = document.putArray("changes");
            for (Change change : changes) {
                ObjectNode one = session.mapper().valueToTree(change);
                one.put("kind", change.kind().name().toLowerCase(java.util.Locale.ROOT));
                list.add(one);
            }
            session.print(document);
            return ExitStatus.OK.code();
        }
        Map<String, String> newer = newer();
        Style style = session.terminal().shape().outStyle();
        for (Change change : changes) {
            session.terminal().out().println(line(change, style) + newer.getOrDefault(change.path(), ""));
        }
        if (!newer.isEmpty()) {
            session.terminal().err().println("`cloister conffiles " + root + " --show` shows both changes.");
        }
        if (changes.isEmpty()) {
            session.terminal().err().println(root + " is as shipped.");
        }
        return ExitStatus.OK.code();
    }

    /** What is to be said of configuration files that an upgrade brought something newer for. */
    private Map<String, String> newer() throws Exception {
        Map<String, String> newer = new HashMap<>();
        for (Conffile file : session.agent().conffiles(new RootName(root))) {
            if (file.state() == Conffile.State.NEWER || file.state() == Conffile.State.OBSOLETE) {
                newer.put(file.path(), "  (" + ConffileText.of(file) + ")");
            }
        }
        return newer;
    }

    private static String line(Change change, Style style) {
        String path = Table.printable(change.path()) + (change.type().equals("d") ? "/" : "");
        return switch (change.kind()) {
            case ADDED -> style.green("+ " + path) + size(change);
            case MODIFIED -> style.yellow("~ " + path) + size(change);
            case DELETED -> style.red("- " + path);
        };
    }

    private static String size(Change change) {
        if (change.type().equals("l")) {
            return " -> " + Table.printable(String.valueOf(change.target()));
        }
        return change.type().equals("f") ? "  " + Quantity.bytes(change.size()) : "";
    }
}
