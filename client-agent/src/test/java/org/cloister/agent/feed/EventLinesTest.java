package org.cloister.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventLinesTest {
    @Test
    void linesComeWholeHoweverTheyArrive() throws IOException {
        Random random = new Random(5);
        List<String> lines = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            String line = "x".repeat(1 + random.nextInt(i % 50 == 0 ? 400_000 : 300)) + i;
            lines.add(line);
            text.append(line).append(i % 7 == 0 ? "\n\n" : "\n");
        }
        InputStream dribble = new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int from, int length) {
                return super.read(bytes, from, Math.min(length, 1 + random.nextInt(100_000)));
            }
        };
        EventLines read = new EventLines(dribble);
        List<String> found = new ArrayList<>();
        for (byte[] line = read.next(); line != null; line = read.next()) {
            found.add(new String(line, StandardCharsets.UTF_8));
        }
        assertThat(found).isEqualTo(lines);
    }

    @Test
    void aLineWithoutItsEndWasCut() throws IOException {
        EventLines lines = new EventLines(new ByteArrayInputStream("{}\n{\"a".getBytes(StandardCharsets.UTF_8)));
        assertThat(lines.next()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(lines::next).isInstanceOf(IOException.class);
    }
}
