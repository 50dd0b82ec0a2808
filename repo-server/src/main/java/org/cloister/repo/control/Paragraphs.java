package org.cloister.repo.control;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The paragraphs of a stream, one at a time; never holds more than one. Empty lines (and lines of blanks) separate
 * paragraphs, lines that begin with {@code #} are comments, lines may end with CR LF. Bytes that are no UTF-8 become
 * U+FFFD. After an exception the reader is not used again. Not thread-safe.
 */
public final class Paragraphs implements Closeable {
    private static final int SPAN = 4;

    private final InputStream in;
    private final ControlLimits limits;
    private final ControlLines lines;
    private int[] spans = new int[SPAN * 32];
    private int used;

    private Paragraphs(InputStream in, ControlLimits limits, int expected) {
        this.in = in;
        this.limits = limits;
        this.lines = new ControlLines(in, limits, expected);
    }

    /** Reads {@code in} in large pieces (no buffer is needed around it) and closes it with this. */
    public static Paragraphs of(InputStream in, ControlLimits limits) {
        return new Paragraphs(in, limits, Integer.MAX_VALUE);
    }

    /** The paragraphs of a text in memory. */
    public static Paragraphs of(String text, ControlLimits limits) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Paragraphs(new ByteArrayInputStream(bytes), limits, bytes.length);
    }

    /** The next paragraph, null at the end; it has at least one field. */
    public @Nullable Paragraph next() throws IOException {
        used = 0;
        lines.restart();
        int start = lines.position();
        long firstLine = 0;
        while (lines.advance()) {
            if (isBlank()) {
                if (used > 0) {
                    return paragraph(start, lines.start(), firstLine);
                }
                lines.restart();
                start = lines.position();
            } else {
                firstLine = used == 0 ? lines.number() : firstLine;
                add(start);
            }
        }
        return used == 0 ? null : paragraph(start, lines.position(), firstLine);
    }

    private Paragraph paragraph(int start, int end, long firstLine) {
        return new Paragraph(Arrays.copyOfRange(lines.window(), start, end), Arrays.copyOf(spans, used), firstLine);
    }

    private boolean isBlank() {
        byte[] bytes = lines.window();
        for (int i = lines.start(); i < lines.end(); i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private void add(int start) throws ControlSyntaxException {
        byte first = lines.window()[lines.start()];
        if (lines.end() - start > limits.paragraphBytes()) {
            throw problem("the paragraph is longer than " + limits.paragraphBytes() + " bytes");
        }
        if (first == '#') {
            return;
        }
        if (first == ' ' || first == '\t') {
            extend(start);
        } else {
            begin(start);
        }
    }

    private void extend(int start) throws ControlSyntaxException {
        if (used == 0) {
            throw problem("a continuation line without a field before it");
        }
        refuseNul(lines.start());
        spans[used - 1] = lines.end() - start;
    }

    private void begin(int start) throws ControlSyntaxException {
        int colon = endOfName();
        refuseNul(colon);
        refuseRepeated(start, colon);
        if (used / SPAN == limits.fields()) {
            throw problem("more than " + limits.fields() + " fields");
        }
        if (used == spans.length) {
            spans = Arrays.copyOf(spans, used * 2);
        }
        spans[used++] = lines.start() - start;
        spans[used++] = colon - start;
        spans[used++] = colon + 1 - start;
        spans[used++] = lines.end() - start;
    }

    private int endOfName() throws ControlSyntaxException {
        byte[] bytes = lines.window();
        int i = lines.start();
        while (i < lines.end() && bytes[i] != ':') {
            if (bytes[i] <= ' ' || bytes[i] == 0x7f) {
                throw problem("not a field: a name of printable ASCII characters and a colon are expected");
            }
            i++;
        }
        if (i == lines.end() || i == lines.start() || bytes[lines.start()] == '-') {
            throw problem("not a field: a name that doesn't begin with '-', then a colon is expected");
        }
        return i;
    }

    private void refuseNul(int from) throws ControlSyntaxException {
        byte[] bytes = lines.window();
        for (int i = from; i < lines.end(); i++) {
            if (bytes[i] == 0) {
                throw problem("a NUL byte");
            }
        }
    }

    private void refuseRepeated(int start, int colon) throws ControlSyntaxException {
        int length = colon - lines.start();
        for (int i = 0; i < used; i += SPAN) {
            if (spans[i + 1] - spans[i] == length
                    && AsciiCase.same(lines.window(), start + spans[i], lines.start(), length)) {
                throw problem("the field " + ascii(lines.start(), colon) + " for the second time in its paragraph");
            }
        }
    }

    private String ascii(int from, int to) {
        return new String(lines.window(), from, Math.min(to - from, 64), StandardCharsets.US_ASCII);
    }

    private ControlSyntaxException problem(String problem) {
        return new ControlSyntaxException(lines.number(), problem);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
