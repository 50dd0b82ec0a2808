package org.cloister.agent.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.cloister.agent.command.repository.Problem;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.RepositoryUnreachable;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;

/** The one place where an exception becomes words and an exit status. */
final class Failures {
    private static final String TRY_DOCTOR = "`cloister doctor` looks for the cause.";

    private Failures() {}

    /** Shows what ended the command. */
    static ExitStatus show(Exception failure, Session session) {
        CommandFailed told = told(failure);
        PrintStream err = session.terminal().err();
        if (session.json()) {
            err.println(json(failure, told, session));
        } else {
            print(told, err, session.terminal().shape().errStyle());
        }
        return told.status();
    }

    static void print(CommandFailed told, PrintStream err, Style style) {
        String label = style.red("error:") + " ";
        for (String line : told.what().split("\n")) {
            err.println(label + Table.printable(line));
            label = "";
        }
        if (!told.remedy().isEmpty()) {
            err.println("  " + style.bold("What to do:") + " " + Table.printable(told.remedy()));
        }
    }

    private static String json(Exception failure, CommandFailed told, Session session) {
        ObjectNode document = session.mapper().createObjectNode();
        if (failure instanceof RepositoryRefused refused) {
            Problem problem = refused.problem();
            document.putObject("problem")
                    .put("type", problem.type())
                    .put("title", problem.title())
                    .put("status", problem.status())
                    .put("detail", problem.detail())
                    .put("remedy", problem.remedy());
        } else {
            document.putObject("problem")
                    .put("type", "urn:cloister:command:" + told.status().name().toLowerCase(java.util.Locale.ROOT))
                    .put("detail", told.what())
                    .put("remedy", told.remedy());
        }
        return document.toString();
    }

    private static CommandFailed told(Exception failure) {
        if (failure instanceof CommandFailed told) {
            return told;
        }
        if (failure instanceof RepositoryRefused refused) {
            return told(refused.problem());
        }
        if (failure instanceof RepositoryUnreachable unreachable) {
            return new CommandFailed(
                    ExitStatus.UNREACHABLE,
                    "T" + String.valueOf(unreachable.getMessage()).substring(1) + ".",
                    "Check the address and that the repository runs; what is installed keeps working. " + TRY_DOCTOR);
        }
        if (failure instanceof InterruptedException) {
            return new CommandFailed(ExitStatus.INTERRUPTED, "Interrupted.", "");
        }
        if (failure instanceof IOException io) {
            return told(io);
        }
        if (failure instanceof IllegalArgumentException) {
            return new CommandFailed(ExitStatus.USAGE, sentence(failure.getMessage()), "See `cloister help`.");
        }
        return new CommandFailed(
                ExitStatus.FAILED,
                "This is a mistake in cloister: " + failure,
                "Please report it with the agent's log.");
    }

    private static CommandFailed told(Problem problem) {
        ExitStatus status = problem.status() >= 500
                ? (problem.status() == 500 ? ExitStatus.FAILED : ExitStatus.UNREACHABLE)
                : ExitStatus.REFUSED;
        String what = problem.detail().isEmpty() ? problem.title() : problem.detail();
        return new CommandFailed(status, what.isEmpty() ? "Status " + problem.status() : what, problem.remedy());
    }

    private static CommandFailed told(IOException failure) {
        return new CommandFailed(ExitStatus.FAILED, what(failure), "");
    }

    private static String what(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist.";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be opened.";
        }
        return sentence(failure.getMessage());
    }

    private static String sentence(@org.jspecify.annotations.Nullable String text) {
        String said = text == null || text.isEmpty() ? "no reason given" : text;
        return Character.toUpperCase(said.charAt(0)) + said.substring(1) + (said.endsWith(".") ? "" : ".");
    }
}
