package org.cloister.agent.command;

import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cloister.agent.command.terminal.Terminal;
import org.cloister.agent.command.verb.CloisterCommand;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Runs one command line in a session. */
public final class CommandRun {
    private static final int WIDEST_HELP = 120;
    private static final int NARROWEST_HELP = 60;

    private CommandRun() {}

    /** Never throws: whatever happens is shown and becomes the exit status. */
    public static int run(Session session, List<String> arguments) {
        CommandLine line = commandLine(session, firstWord(arguments));
        String[] words = arguments.isEmpty() ? new String[] {"--help"} : arguments.toArray(String[]::new);
        int status = line.execute(words);
        line.getOut().flush();
        line.getErr().flush();
        session.terminal().out().flush();
        session.terminal().err().flush();
        return session.terminal().interrupted() && status == ExitStatus.FAILED.code()
                ? ExitStatus.INTERRUPTED.code()
                : status;
    }

    private static String firstWord(List<String> arguments) {
        return arguments.stream()
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .orElse("");
    }

    /** The model of the commands that a line starting with {@code word} can mean. */
    static CommandLine commandLine(Session session, String word) {
        Terminal terminal = session.terminal();
        Terminal.Shape shape = terminal.shape();
        Verbs factory = new Verbs(session);
        CommandLine line = new CommandLine(CloisterCommand.class, factory);
        CloisterCommand.verbs(word).forEach((name, verb) -> line.addSubcommand(name, new CommandLine(verb, factory)));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(shape.colours() && shape.outIsTerminal() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(Math.max(NARROWEST_HELP, Math.min(WIDEST_HELP, shape.columns())));
        // What comes after ROOT belongs to the program.
        CommandLine run = line.getSubcommands().get("run");
        if (run != null) {
            run.setStopAtPositional(true);
        }
        line.setExecutionExceptionHandler(
                (failure, command, result) -> Failures.show(failure, session).code());
        line.setExitCodeExceptionMapper(failure -> ExitStatus.FAILED.code());
        line.setParameterExceptionHandler((failure, words) -> usage(failure, session));
        return line;
    }

    private static int usage(CommandLine.ParameterException failure, Session session) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        List<String> near = CommandLine.UnmatchedArgumentException.class.isInstance(failure)
                ? ((CommandLine.UnmatchedArgumentException) failure).getSuggestions()
                : List.of();
        String remedy = (near.isEmpty() ? "" : "Did you mean " + String.join(" or ", near) + "? ") + "See `" + name
                + " --help`.";
        return Failures.show(new CommandFailed(ExitStatus.USAGE, failure.getMessage() + ".", remedy), session)
                .code();
    }

    /** Makes the commands; each has a constructor that takes the session, or none. */
    private record Verbs(Session session) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Session.class) {
                    constructor.setAccessible(true);
                    return type.cast(constructor.newInstance(session));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
