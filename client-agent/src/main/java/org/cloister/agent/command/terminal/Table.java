package org.cloister.agent.command.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Columns as wide as their content, the last one cut to the window where a person reads it; nothing is ever cut for a pipe. The
 * heading is left out where nobody looks.
 */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heading) {
        this.heading = List.of(heading);
    }

    /** @throws IllegalArgumentException if the number of cells isn't that of the heading */
    public Table row(String... cells) {
        if (cells.length != heading.size()) {
            throw new IllegalArgumentException(cells.length + " cells in " + heading.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public void print(PrintStream out, Terminal.Shape shape) {
        int[] widths = widths(shape.outIsTerminal());
        int limit = shape.outIsTerminal() ? shape.columns() : Integer.MAX_VALUE;
        if (shape.outIsTerminal()) {
            out.println(shape.outStyle().bold(line(heading, widths, limit)));
        }
        rows.forEach(row -> out.println(line(row, widths, limit)));
    }

    /** All of it as CSV (RFC 4180): the heading first, every cell as it is, quoted where that is needed. */
    public void printCsv(PrintStream out) {
        csv(
                out,
                heading.stream()
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .toList());
        rows.forEach(row -> csv(out, row));
    }

    private static void csv(PrintStream out, List<String> cells) {
        out.print(cells.stream().map(Table::quoted).collect(Collectors.joining(",")) + "\r\n");
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    private int[] widths(boolean withHeading) {
        int[] widths = new int[heading.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = withHeading ? heading.get(i).length() : 0;
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], printable(row.get(i)).length());
            }
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths, int limit) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = printable(cells.get(i));
            line.append(cell);
            if (i < cells.size() - 1) {
                line.append(" ".repeat(widths[i] - cell.length())).append(GAP);
            }
        }
        String text = line.toString().stripTrailing();
        return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
    }

    /** Names and reasons come from elsewhere: an escape sequence in one must not reach the terminal. */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c ->
                        safe.appendCodePoint(Character.isISOControl(c) ? (c == '\t' || c == '\n' ? ' ' : '?') : c));
        return safe.toString();
    }
}
