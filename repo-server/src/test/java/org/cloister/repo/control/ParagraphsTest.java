package org.cloister.repo.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParagraphsTest {
    private static final ControlLimits LIMITS = ControlLimits.PACKAGE;

    @Test
    void fieldsAreFoundWhateverTheirCaseAndKeepTheirOrder() throws IOException {
        Paragraph paragraph = Paragraph.parse("Package: hello\nVERSION:2.10-3\nDepends:  libc6 \n", LIMITS);
        assertThat(paragraph.names()).containsExactly("Package", "VERSION", "Depends");
        assertThat(paragraph.get("package")).isEqualTo("hello");
        assertThat(paragraph.get("Version")).isEqualTo("2.10-3");
        assertThat(paragraph.require("DEPENDS")).isEqualTo("libc6");
        assertThat(paragraph.get("Dependss")).isNull();
        assertThat(paragraph.has("Depend")).isFalse();
    }

    @Test
    void continuationLinesBelongToTheirField() throws IOException {
        String text = "Depends: a,\n b,\n\tc\nMD5Sum:\n 00 1 x\n 11 2 y\nEmpty:\n";
        Paragraph paragraph = Paragraph.parse(text, LIMITS);
        assertThat(paragraph.folded("Depends")).isEqualTo("a, b, c");
        assertThat(paragraph.get("Depends")).isEqualTo("a,\nb,\nc");
        assertThat(paragraph.lines("MD5Sum")).containsExactly("00 1 x", "11 2 y");
        assertThat(paragraph.get("Empty")).isEmpty();
        assertThat(paragraph.lines("None")).isEmpty();
        assertThat(paragraph.text()).isEqualTo(text);
    }

    @Test
    void multilineTextKeepsItsIndentation() throws IOException {
        Paragraph paragraph = Paragraph.parse("Description: short\n long\n  verbatim\n .\n end \n", LIMITS);
        assertThat(paragraph.get("Description")).isEqualTo("short\nlong\n verbatim\n.\nend");
    }

    @Test
    void emptyAndBlankLinesSeparateAndCommentsDisappear() throws IOException {
        String text = "\n\n# a comment\n\n# another\nA: 1\n# inside\n 2\n \t\r\n\nB: 3\r\n\r\n\n";
        List<Paragraph> all = all(text, LIMITS);
        assertThat(all).hasSize(2);
        assertThat(all.get(0).get("A")).isEqualTo("1\n2");
        assertThat(all.get(0).line()).isEqualTo(6);
        assertThat(all.get(1).get("B")).isEqualTo("3");
        assertThat(all.get(1).line()).isEqualTo(11);
    }

    @Test
    void aLastLineWithoutItsEndCounts() throws IOException {
        assertThat(all("A: 1\n\nB: 2", LIMITS).get(1).get("b")).isEqualTo("2");
        assertThat(all("", LIMITS)).isEmpty();
        assertThat(all("\n\n#\n", LIMITS)).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidWithItsLine() {
        refused("A: 1\nno field\n", "line 2: not a field");
        refused("A: 1\n\n lost\n", "line 3: a continuation line without a field");
        refused("A: 1\na: 2\n", "line 2: the field a for the second time");
        refused("-A: 1\n", "line 1: not a field");
        refused(": 1\n", "line 1: not a field");
        refused("Ä: 1\n", "line 1: not a field");
        refused("A: x\0y\n", "line 1: a NUL byte");
        refused("A: x\n \0\n", "line 2: a NUL byte");
        assertThatThrownBy(() -> Paragraph.parse("A: 1\n\nB: 2\n", LIMITS)).hasMessageContaining("a second paragraph");
        assertThatThrownBy(() -> Paragraph.parse("\n", LIMITS)).hasMessageContaining("no field");
        assertThatThrownBy(() -> Paragraph.parse("\nA: 1\n", LIMITS).require("B"))
                .hasMessage("line 2: the field B is missing in the paragraph that begins here");
    }

    @Test
    void everyLimitHolds() throws IOException {
        ControlLimits small = new ControlLimits(40, 20, 3);
        assertThat(all("A: 34567890123456789\n\nA: 1\nB: 2\nC: 3\n", small)).hasSize(2);
        refused(small, "A: 3456789012345678901\n", "line 1: longer than 20 bytes");
        refused(small, "A: 1\nB: 1\nC: 1\nD: 1\n", "line 4: more than 3 fields");
        refused(
                small,
                "A: 12345678\n 123456789\n 123456789\n 123456\n",
                "line 4: the paragraph is longer than 40 bytes");
        refused(small, "A: 1\n" + "#234567890\n".repeat(4), "line 5: the paragraph is longer than 40 bytes");
    }

    /** An endless line must not be read to its end. */
    @Test
    void anEndlessLineIsGivenUp() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        try (Paragraphs paragraphs = Paragraphs.of(endless, LIMITS)) {
            assertThatThrownBy(paragraphs::next).hasMessageContaining("longer than");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bytesThatAreNoUtf8AreReplaced() throws IOException {
        byte[] latin = "Maintainer: J\u00f6rg\n".getBytes(StandardCharsets.ISO_8859_1);
        try (Paragraphs paragraphs = Paragraphs.of(new java.io.ByteArrayInputStream(latin), LIMITS)) {
            Paragraph paragraph = paragraphs.next();
            assertThat(paragraph).isNotNull();
            assertThat(paragraph.get("Maintainer")).isEqualTo("J\uFFFDrg");
        }
    }

    private static void refused(String text, String message) {
        refused(LIMITS, text, message);
    }

    private static void refused(ControlLimits limits, String text, String message) {
        assertThatThrownBy(() -> all(text, limits))
                .isInstanceOf(ControlSyntaxException.class)
                .hasMessageContaining(message);
    }

    private static List<Paragraph> all(String text, ControlLimits limits) throws IOException {
        List<Paragraph> all = new ArrayList<>();
        try (Paragraphs paragraphs = Paragraphs.of(text, limits)) {
            for (Paragraph next = paragraphs.next(); next != null; next = paragraphs.next()) {
                all.add(next);
            }
        }
        return all;
    }
}
