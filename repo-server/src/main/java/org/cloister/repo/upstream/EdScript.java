package org.cloister.repo.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands of {@code diff --ed} (POSIX, diff, "Diff -e Output Format"), as the patches of Packages.diff have them: from the
 * last lines to the first, so that every command's numbers are those of the unchanged file.
 *
 * @param changes from the first lines to the last
 */
record EdScript(List<Change> changes) {
    private static final int MAX_COMMAND = 64;
    private static final int MAX_CHANGES = 1_000_000;

    /**
     * Lines that are replaced.
     *
     * @param after how many lines before the change stay
     * @param removed how many lines follow that don't
     * @param added what stands there instead, whole lines
     */
    record Change(long after, long removed, byte[] added) {}

    /**
     * @param maxBytes of the script
     * @throws UpstreamException {@code MALFORMED}, naming the line
     */
    static EdScript parse(InputStream script, int maxBytes) throws IOException {
        Parser parser = new Parser(script.readNBytes(maxBytes + 1), maxBytes);
        Deque<Change> ascending = new ArrayDeque<>();
        for (Change change = parser.next(); change != null; change = parser.next()) {
            Change later = ascending.peekFirst();
            if (later != null && later.after() < change.after() + change.removed()) {
                throw parser.malformed("commands that don't go from the last lines to the first");
            }
            if (ascending.size() == MAX_CHANGES) {
                throw parser.malformed("more than " + MAX_CHANGES + " commands");
            }
            ascending.addFirst(change);
        }
        return new EdScript(new ArrayList<>(ascending));
    }

    /** Reads one script. */
    private static final class Parser {
        private final byte[] bytes;
        private int next;
        private int line;

        Parser(byte[] bytes, int maxBytes) throws UpstreamException {
            this.bytes = bytes;
            if (bytes.length > maxBytes) {
                throw new UpstreamException(
                        UpstreamException.Problem.TOO_LARGE, "a patch has more than " + maxBytes + " bytes");
            }
        }

        @Nullable
        Change next() throws UpstreamException {
            if (next == bytes.length) {
                return null;
            }
            String command = command();
            char verb = command.isEmpty() ? ' ' : command.charAt(command.length() - 1);
            String[] numbers =
                    command.substring(0, Math.max(0, command.length() - 1)).split(",", -1);
            long first = number(numbers[0]);
            long last = numbers.length == 1 ? first : number(numbers[1]);
            boolean range = numbers.length <= 2 && last >= first && (first > 0 || verb == 'a');
            if (!range || (verb == 'a' && numbers.length > 1)) {
                throw malformed("the command " + command);
            }
            return switch (verb) {
                case 'a' -> new Change(first, 0, added());
                case 'c' -> new Change(first - 1, last - first + 1, added());
                case 'd' -> new Change(first - 1, last - first + 1, new byte[0]);
                default -> throw malformed("the command " + command);
            };
        }

        private String command() throws UpstreamException {
            int start = next;
            int end = endOfLine();
            if (end - start > MAX_COMMAND) {
                throw malformed("a command of more than " + MAX_COMMAND + " bytes");
            }
            return new String(bytes, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1);
        }

        private long number(String digits) throws UpstreamException {
            if (!digits.matches("[0-9]{1,12}")) {
                throw malformed("no line number: " + digits);
            }
            return Long.parseLong(digits);
        }

        /**
         * Lines until one that is a dot. A line that is a dot itself comes as two dots, then the text ends and {@code s/.//}
         * takes one of them away, and {@code a} goes on.
         */
        private byte[] added() throws UpstreamException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int last = 0;
            while (true) {
                int start = next;
                int end = endOfLine();
                if (end - start != 1 || bytes[start] != '.') {
                    last = start;
                    text.write(bytes, start, end - start + 1);
                    continue;
                }
                if (!follows("s/.//\n")) {
                    return text.toByteArray();
                }
                if (text.size() == 0 || bytes[last] != '.' || bytes[last + 1] != '.' || bytes[last + 2] != '\n') {
                    throw malformed("s/.// where no line of two dots is before it");
                }
                byte[] sofar = text.toByteArray();
                text.reset();
                text.write(sofar, 0, sofar.length - 2);
                text.write('\n');
                if (!follows("a\n")) {
                    return text.toByteArray();
                }
            }
        }

        private boolean follows(String words) {
            for (int i = 0; i < words.length(); i++) {
                if (next + i >= bytes.length || bytes[next + i] != words.charAt(i)) {
                    return false;
                }
            }
            next += words.length();
            line += words.length() == 0 ? 0 : 1;
            return true;
        }

        /** Where the line that begins here ends; the next one is gone on with. */
        private int endOfLine() throws UpstreamException {
            line++;
            for (int i = next; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    next = i + 1;
                    return i;
                }
            }
            throw malformed("it breaks off");
        }

        UpstreamException malformed(String what) {
            return new UpstreamException(UpstreamException.Problem.MALFORMED, "line " + line + " of a patch: " + what);
        }
    }
}
