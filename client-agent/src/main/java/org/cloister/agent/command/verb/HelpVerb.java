package org.cloister.agent.command.verb;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "help",
        description = "Show how a command is used.",
        footer = {"", "Examples:", "  cloister help install", "  cloister help mirror add"})
final class HelpVerb implements Callable<Integer> {
    private final Session session;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command; all of them unless told.")
    private List<String> words = List.of();

    HelpVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        CommandLine line = Objects.requireNonNull(spec).root().commandLine();
        for (String word : words) {
            CommandLine next = line.getSubcommands().get(word);
            if (next == null) {
                throw new CommandFailed(
                        ExitStatus.USAGE,
                        "There is no command " + String.join(" ", words) + ".",
                        "`" + line.getCommandSpec().qualifiedName() + " --help` lists the commands.");
            }
            line = next;
        }
        line.usage(session.terminal().out());
        return ExitStatus.OK.code();
    }
}
