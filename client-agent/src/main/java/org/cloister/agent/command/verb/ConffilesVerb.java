package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.Conffile;
import org.cloister.agent.control.Conffile.Settlement;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.events.RootName;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "conffiles",
        description = {
            "Show the configuration files that were edited, and settle what an upgrade left.",
            "",
            "An upgrade never touches an edited file. Where the package's file changed too, it says so, and you decide."
        },
        footer = {
            "",
            "Examples:",
            "  cloister conffiles                            of all roots",
            "  cloister conffiles nginx --show               your changes and the package's",
            "  cloister conffiles nginx --merge              both, where they fit together",
            "  cloister conffiles nginx /etc/nginx/nginx.conf --take-new"
        })
final class ConffilesVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ROOT", description = "All roots unless told.")
    private String root = "";

    @Parameters(
            index = "1..*",
            paramLabel = "PATH",
            description = "As seen in the root; unless told, all for which the package has something newer.")
    private List<String> paths = List.of();

    @ArgGroup
    private Action action = new Action();

    /** One of them at most. */
    static final class Action {
        @Option(names = "--show", description = "Show what you changed, what the package changed, and the merge.")
        private boolean show;

        @Option(names = "--merge", description = "Take both changes; files where they conflict stay as they are.")
        private boolean merge;

        @Option(names = "--take-new", description = "Take the package's file; yours is discarded.")
        private boolean takeNew;

        @Option(names = "--keep", description = "Keep yours, and don't mention this change of the package again.")
        private boolean keep;
    }

    ConffilesVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        List<String> relative = Paths.relative(paths);
        if (action.merge || action.takeNew || action.keep) {
            return settle(named(), relative).code();
        }
        List<Conffile> files = files(relative);
        if (session.json()) {
            return document(files);
        }
        if (action.show) {
            for (Conffile file : files) {
                show(session.agent().compare(file.root(), file.path()));
            }
        } else {
            table(files);
        }
        if (files.isEmpty()) {
            session.terminal().err().println("No configuration file was edited.");
        }
        return ExitStatus.OK.code();
    }

    private RootName named() throws CommandFailed {
        if (root.isEmpty()) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "No root is named.",
                    "Name one, such as cloister conffiles nginx --merge; `cloister conffiles` shows all.");
        }
        return PresentRoot.of(session, root);
    }

    private Settlement settlement() {
        return action.merge ? Settlement.MERGE : action.takeNew ? Settlement.TAKE_NEW : Settlement.KEEP;
    }

    private ExitStatus settle(RootName name, List<String> relative) throws Exception {
        List<Conffile.Settled> settled = session.agent().settle(name, relative, settlement());
        ExitStatus status =
                settled.stream().allMatch(one -> one.trouble().isEmpty()) ? ExitStatus.OK : ExitStatus.FAILED;
        if (session.json()) {
            ObjectNode document = session.mapper().createObjectNode().put("root", root);
            ArrayNode list = document.putArray("files");
            settled.forEach(one -> list.addObject()
                    .put("path", one.path())
                    .put("settled", one.trouble().isEmpty())
                    .put("trouble", one.trouble()));
            session.print(document);
            return status;
        }
        String done = action.merge ? "merged" : action.takeNew ? "as shipped" : "kept as it is";
        for (Conffile.Settled one : settled) {
            boolean fine = one.trouble().isEmpty();
            session.terminal()
                    .out()
                    .println("/" + Table.printable(one.path()) + ": " + (fine ? done : "unchanged, " + one.trouble()));
        }
        if (settled.isEmpty()) {
            session.terminal().out().println(root + ": nothing to settle.");
        }
        if (status != ExitStatus.OK) {
            session.terminal()
                    .err()
                    .println("  What to do: see both changes with `cloister conffiles " + root
                            + " --show`, edit the file, then say --keep; or --take-new.");
        }
        return status;
    }

    private List<Conffile> files(List<String> relative) throws Exception {
        List<RootName> roots = root.isEmpty()
                ? session.agent().roots().stream().map(InstalledRoot::root).toList()
                : List.of(PresentRoot.of(session, root));
        List<Conffile> files = new ArrayList<>();
        for (RootName one : roots) {
            session.agent().conffiles(one).stream()
                    .filter(file -> relative.isEmpty() || relative.contains(file.path()))
                    .forEach(files::add);
        }
        return files;
    }

    private void table(List<Conffile> files) {
        Table table = new Table("ROOT", "FILE", "STATE");
        files.forEach(file -> table.row(file.root().text(), "/" + file.path(), ConffileText.of(file)));
        if (!table.isEmpty()) {
            table.print(session.terminal().out(), session.terminal().shape());
        }
    }

    private int document(List<Conffile> files) throws Exception {
        ObjectNode document = session.mapper().createObjectNode();
        ArrayNode list = document.putArray("files");
        for (Conffile file : files) {
            ObjectNode one = ConffileText.document(file, list.addObject());
            if (action.show) {
                Conffile.Comparison comparison = session.agent().compare(file.root(), file.path());
                one.put("yours", comparison.yours())
                        .put("shipped", comparison.shipped())
                        .put("merged", comparison.merged());
            }
        }
        session.print(document);
        return ExitStatus.OK.code();
    }

    private void show(Conffile.Comparison comparison) {
        Style style = session.terminal().shape().outStyle();
        PrintStream out = session.terminal().out();
        Conffile file = comparison.file();
        out.println(style.bold(file.root() + " /" + Table.printable(file.path())) + ": " + ConffileText.of(file));
        section(out, style, "What you changed", comparison.yours());
        section(out, style, "What the package changed since", comparison.shipped());
        section(out, style, "What a merge would change", comparison.merged());
    }

    private static void section(PrintStream out, Style style, String title, String difference) {
        if (difference.isEmpty()) {
            return;
        }
        out.println(style.bold("# " + title));
        for (String line : difference.lines().toList()) {
            String text = Stream.of(line.split("\t", -1)).map(Table::printable).collect(Collectors.joining("\t"));
            out.println(line.startsWith("+") ? style.green(text) : line.startsWith("-") ? style.red(text) : text);
        }
    }
}
