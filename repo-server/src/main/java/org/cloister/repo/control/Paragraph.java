package org.cloister.repo.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one paragraph in their order; names are compared without regard to case. Immutable. Values are decoded when
 * asked for, so fields that nobody asks for cost nothing.
 */
public final class Paragraph {
    private static final int SPAN = 4;

    private final byte[] bytes;
    /** For each field: start and end of its name, start and end of its value. */
    private final int[] spans;

    private final long line;

    Paragraph(byte[] bytes, int[] spans, long line) {
        this.bytes = bytes;
        this.spans = spans;
        this.line = line;
    }

    /**
     * A text of exactly one paragraph, such as a package's control file.
     *
     * @throws ControlSyntaxException if there is none, more than one, or no control syntax
     */
    public static Paragraph parse(String text, ControlLimits limits) throws ControlSyntaxException {
        try (Paragraphs paragraphs = Paragraphs.of(text, limits)) {
            Paragraph only = paragraphs.next();
            if (only == null) {
                throw new ControlSyntaxException(1, "no field");
            }
            Paragraph second = paragraphs.next();
            if (second != null) {
                throw new ControlSyntaxException(second.line, "a second paragraph, where one is expected");
            }
            return only;
        } catch (ControlSyntaxException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to be read", e);
        }
    }

    /** The line of its first field in the stream that it was read from, from 1. */
    public long line() {
        return line;
    }

    /** Field names as written, in their order. */
    public List<String> names() {
        List<String> names = new ArrayList<>(spans.length / SPAN);
        for (int i = 0; i < spans.length; i += SPAN) {
            names.add(new String(bytes, spans[i], spans[i + 1] - spans[i], StandardCharsets.UTF_8));
        }
        return Collections.unmodifiableList(names);
    }

    public boolean has(String name) {
        return find(name) >= 0;
    }

    /**
     * The value without blanks at its ends; null if the field is absent. Continuation lines follow after a line feed, each
     * without its first blank and without blanks at its end.
     */
    public @Nullable String get(String name) {
        int field = find(name);
        if (field < 0) {
            return null;
        }
        List<String> lines = valueLines(field);
        return lines.size() == 1
                ? lines.get(0).strip()
                : String.join("\n", lines).strip();
    }

    /** The value with every run of blanks and line ends as one space (a "folded" field of the policy); null if absent. */
    public @Nullable String folded(String name) {
        String value = get(name);
        return value == null || value.indexOf('\n') < 0 ? value : value.replaceAll("\\s+", " ");
    }

    /** The lines of the value that aren't empty, without blanks at their ends; none if the field is absent. */
    public List<String> lines(String name) {
        int field = find(name);
        return field < 0
                ? List.of()
                : valueLines(field).stream()
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList();
    }

    /**
     * The value of a field that has to be there.
     *
     * @throws ControlSyntaxException naming the field and the paragraph's line
     */
    public String require(String name) throws ControlSyntaxException {
        String value = get(name);
        if (value == null || value.isEmpty()) {
            throw new ControlSyntaxException(
                    line, "the field " + name + " is missing in the paragraph that begins here");
        }
        return value;
    }

    /** The paragraph as it was written, comments and its last line end included, without the empty line after it. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int find(String name) {
        for (int i = 0; i < spans.length; i += SPAN) {
            if (spans[i + 1] - spans[i] == name.length() && AsciiCase.same(bytes, spans[i], name)) {
                return i;
            }
        }
        return -1;
    }

    private List<String> valueLines(int field) {
        int from = spans[field + 2];
        int end = spans[field + 3];
        List<String> lines = new ArrayList<>(1);
        while (true) {
            int feed = from;
            while (feed < end && bytes[feed] != '\n') {
                feed++;
            }
            if (lines.isEmpty() || bytes[from] != '#') {
                int text = lines.isEmpty() ? from : from + 1;
                lines.add(new String(bytes, text, feed - text, StandardCharsets.UTF_8).stripTrailing());
            }
            if (feed == end) {
                return lines;
            }
            from = feed + 1;
        }
    }

    @Override
    public String toString() {
        return text();
    }
}
