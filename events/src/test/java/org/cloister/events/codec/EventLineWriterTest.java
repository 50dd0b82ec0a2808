package org.cloister.events.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.junit.jupiter.api.Test;

final class EventLineWriterTest {
    @Test
    void everyLineReadsBackAsWhatWasWrittenWhateverCameBefore() {
        EventLineWriter writer = new EventLineWriter();
        Instant early = Instant.parse("2026-01-02T03:04:05.678901Z");
        Instant late = Instant.parse("2026-01-02T03:04:06Z");
        for (RecordedEvent event : List.of(
                event(1, "package:hello", early, "{\"a\":1}"),
                event(2, "package:a\"b\\c", early, "{\"a\":\"\\u0001\"}"),
                event(3, "package:zoë\uD83D\uDC27", late, "{}"),
                event(4, "host:h-0011223344556677", early, "{\"n\":null}"))) {
            String line = writer.write(event);

            assertThat(EventLine.parse(line.getBytes(StandardCharsets.UTF_8))).isEqualTo(event);
            assertThat(line).isEqualTo(EventLine.write(event)).doesNotContain("\n");
        }
    }

    private static RecordedEvent event(long position, String stream, Instant time, String payload) {
        return new RecordedEvent(
                new Position(position),
                StreamId.parse(stream),
                position,
                "PackageYanked",
                1,
                time,
                new Principal("alice"),
                new CorrelationId("c-1"),
                payload);
    }
}
