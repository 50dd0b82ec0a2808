package org.cloister.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.junit.jupiter.api.Test;

class WithheldPayloadTest {
    private static final String SECRET = "{\"id\":\"abcdefgh\",\"secretHash\":\"sha256:" + "5".repeat(64) + "\"}";
    private static final RecordedEvent ISSUED = event("TokenIssued", SECRET);

    @Test
    void theLeafIsThatOfTheWholeEventThoughThePayloadIsNotThere() {
        String line = EventLine.write(WithheldPayload.in(ISSUED));

        assertThat(line)
                .doesNotContain("5".repeat(64))
                .contains(Digest.ofText(SECRET).hex());
        RecordedEvent read = EventLine.parse(line.getBytes(StandardCharsets.UTF_8));
        assertThat(read.leafData()).isEqualTo(ISSUED.leafData());
        assertThat(WithheldPayload.isIn(read)).isTrue();
        assertThat(WithheldPayload.in(read)).isEqualTo(read);
    }

    @Test
    void aPersonsSealedNameIsWithheldToo() {
        RecordedEvent registered = event("PersonRegistered", "{\"person\":\"0\",\"name\":\"sealed\"}");

        assertThat(WithheldPayload.in(registered).payload()).doesNotContain("sealed");
        assertThat(WithheldPayload.in(registered).leafData()).isEqualTo(registered.leafData());
    }

    @Test
    void whatIsWithheldIsNotReadAsAnEvent() {
        assertThatThrownBy(() -> new EventCodec().decode(WithheldPayload.in(ISSUED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("event 7 is withheld");
    }

    @Test
    void onlyTypesWithASecretCanBeWithheld() {
        RecordedEvent yanked = event("PackageYanked", "{\"reason\":\"x\"}");
        RecordedEvent forged = event("PackageYanked", WithheldPayload.in(ISSUED).payload());

        assertThat(WithheldPayload.in(yanked)).isEqualTo(yanked);
        assertThat(WithheldPayload.isIn(forged)).isFalse();
        assertThat(forged.leafData())
                .isNotEqualTo(event("PackageYanked", SECRET).leafData());
    }

    private static RecordedEvent event(String type, String payload) {
        return new RecordedEvent(
                new Position(7),
                StreamId.parse("access:alice"),
                1,
                type,
                1,
                Instant.parse("2026-01-02T03:04:05Z"),
                new Principal("admin"),
                new CorrelationId("c"),
                payload);
    }
}
