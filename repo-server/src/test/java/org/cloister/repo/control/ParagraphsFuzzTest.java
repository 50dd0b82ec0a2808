package org.cloister.repo.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParagraphsFuzzTest {
    private static final long SEED = 20_260_102;
    private static final ControlLimits SMALL = new ControlLimits(200, 60, 8);

    /** Any bytes give paragraphs within the limits or a syntax error; never another exception, never no end. */
    @Test
    void anyBytesGiveParagraphsOrASyntaxError() throws IOException {
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = noise(random);
            try (Paragraphs paragraphs = Paragraphs.of(pieces(bytes, random), SMALL)) {
                for (Paragraph next = paragraphs.next(); next != null; next = paragraphs.next()) {
                    assertThat(next.names()).hasSizeBetween(1, SMALL.fields());
                    next.names().forEach(next::get);
                }
            } catch (ControlSyntaxException e) {
                assertThat(e.getMessage()).startsWith("line " + e.line() + ": ");
                refused++;
            }
        }
        assertThat(refused).as("seed " + SEED).isBetween(1_000, 19_900);
    }

    /** What is written as control syntax is read back the same, however the stream is cut into reads. */
    @Test
    void writtenParagraphsAreReadBack() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            List<Map<String, String>> written = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int p = random.nextInt(60); p >= 0; p--) {
                Map<String, String> fields = fields(random);
                fields.forEach((name, value) -> text.append(name)
                        .append(": ")
                        .append(value.replace("\n", "\n "))
                        .append('\n'));
                text.append("\n".repeat(1 + random.nextInt(3)));
                written.add(fields);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            try (Paragraphs paragraphs = Paragraphs.of(pieces(bytes, random), ControlLimits.PACKAGE)) {
                for (Map<String, String> fields : written) {
                    Paragraph paragraph = paragraphs.next();
                    assertThat(paragraph).as("seed " + SEED + ", text " + i).isNotNull();
                    fields.forEach(
                            (name, value) -> assertThat(paragraph.get(name)).isEqualTo(value));
                }
                assertThat(paragraphs.next()).isNull();
            }
        }
    }

    private static Map<String, String> fields(Random random) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int f = random.nextInt(12); f >= 0; f--) {
            StringBuilder value = new StringBuilder("v");
            for (int i = random.nextInt(300); i > 0; i--) {
                value.append(random.nextInt(40) == 0 ? "\nx" : String.valueOf((char) ('!' + random.nextInt(600))));
            }
            fields.put("Field-" + f, value.toString().replaceAll("[\\x7f-\\xa0\\p{Cntrl}&&[^\n]]", "y"));
        }
        return fields;
    }

    private static byte[] noise(Random random) {
        String[] tokens = {
            "A",
            "Field",
            ":",
            ": ",
            "\n",
            "\n",
            "\n ",
            "\n\n",
            "#",
            "-",
            "\t",
            "\r\n",
            "x",
            "\0",
            "\u00e4",
            "long text "
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(tokens[random.nextInt(random.nextInt(8) == 0 ? tokens.length : 9)]);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Reads of random short lengths, as from a socket. */
    private static InputStream pieces(byte[] bytes, Random random) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return super.read(into, from, Math.min(length, 1 + random.nextInt(200)));
            }
        };
    }
}
