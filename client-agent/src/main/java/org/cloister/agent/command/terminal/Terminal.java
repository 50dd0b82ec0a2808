package org.cloister.agent.command.terminal;

import java.io.PrintStream;
import java.util.List;

/**
 * Where a command's words go: the process's own streams, or a client at the other end of the command socket. Used by the
 * command's thread only, except {@link #interrupted}.
 */
public interface Terminal {
    /** What was asked for. UTF-8. Buffered: seen at the latest when the command ends. */
    PrintStream out();

    /** Everything else: progress, explanations, errors. UTF-8. Seen at once. */
    PrintStream err();

    Shape shape();

    /** Whether Ctrl-C was pressed, or the client went away. Any thread. */
    boolean interrupted();

    /**
     * After the command has ended well, the client replaces itself with this program.
     *
     * @param argv an absolute path and its arguments, not empty
     */
    void replaceWith(List<String> argv);

    /**
     * What is known of the window.
     *
     * @param columns at least 20
     * @param outIsTerminal a person reads {@link #out}
     * @param errIsTerminal a person reads {@link #err}
     * @param colours they want colours
     */
    record Shape(int columns, boolean outIsTerminal, boolean errIsTerminal, boolean colours) {
        private static final int LEAST = 20;
        private static final int MOST = 1000;

        /** A window narrower or wider than that is taken for a mistake. */
        public Shape {
            columns = Math.max(LEAST, Math.min(MOST, columns));
        }

        /** What a pipe or a file is. */
        public static Shape plain() {
            return new Shape(80, false, false, false);
        }

        /**
         * From what the client says of itself ({@code docs/protocol.md}, frame {@code a}).
         *
         * @param flags {@code out}, {@code err}, {@code plain}, separated by commas; {@code tty} is both of the first
         */
        public static Shape parse(String columns, String flags) {
            List<String> set = List.of(flags.split(","));
            boolean both = set.contains("tty");
            boolean out = both || set.contains("out");
            boolean err = both || set.contains("err");
            return new Shape(number(columns), out, err, (out || err) && !set.contains("plain"));
        }

        private static int number(String text) {
            return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 80;
        }

        public Style outStyle() {
            return new Style(colours && outIsTerminal);
        }

        public Style errStyle() {
            return new Style(colours && errIsTerminal);
        }
    }
}
