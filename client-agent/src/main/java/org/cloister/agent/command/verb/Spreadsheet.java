package org.cloister.agent.command.verb;

import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Option;

/** The choice of every command that answers with a table. */
final class Spreadsheet {
    @Option(names = "--csv", description = "Answer with CSV (RFC 4180), for spreadsheets.")
    private boolean csv;

    /** The table in the form that was asked for; {@code empty} is told to a person where there is nothing in it. */
    void print(Session session, Table table, String empty) {
        if (csv) {
            table.printCsv(session.terminal().out());
            return;
        }
        if (table.isEmpty()) {
            session.terminal().err().println(empty);
            return;
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }

    boolean isWanted() {
        return csv;
    }

    /** A time as recorded, or to the second for a person. */
    String time(String recorded) {
        return csv ? recorded : recorded.replaceFirst("\\.[0-9]+Z$", "Z");
    }
}
