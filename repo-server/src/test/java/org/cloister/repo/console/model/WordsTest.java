package org.cloister.repo.console.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cloister.events.Position;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageName;
import org.junit.jupiter.api.Test;

/** Times, sizes, addresses and searches as pages say them. */
class WordsTest {
    private static final Instant NOW = Instant.parse("2026-03-02T01:02:03.456Z");

    private static String ago(Duration duration) {
        return When.of(NOW.minus(duration), NOW).relative();
    }

    @Test
    void aTimeIsToldAbsolutelyInUtcAndRelativelyInOneUnit() {
        assertThat(When.of(NOW, NOW))
                .isEqualTo(new When("2026-03-02T01:02:03.456Z", "2026-03-02 01:02:03", "just now"));
        assertThat(ago(Duration.ofMillis(999))).isEqualTo("just now");
        assertThat(ago(Duration.ofSeconds(59))).isEqualTo("59 s ago");
        assertThat(ago(Duration.ofSeconds(60))).isEqualTo("1 min ago");
        assertThat(ago(Duration.ofMinutes(119))).isEqualTo("1 hour ago");
        assertThat(ago(Duration.ofHours(47))).isEqualTo("1 day ago");
        assertThat(ago(Duration.ofDays(59))).isEqualTo("1 month ago");
        assertThat(ago(Duration.ofDays(800))).isEqualTo("2 years ago");
        assertThat(ago(Duration.ofDays(-3))).isEqualTo("in 3 days");
        assertThat(When.ofNullable(null, NOW)).isNull();
    }

    @Test
    void sizesHaveThreeDigitsAtMost() {
        assertThat(Bytes.text(0)).isEqualTo("0 B");
        assertThat(Bytes.text(999)).isEqualTo("999 B");
        assertThat(Bytes.text(1_000)).isEqualTo("1.0 kB");
        assertThat(Bytes.text(123_456)).isEqualTo("123 kB");
        assertThat(Bytes.text(999_950)).isEqualTo("1.0 MB");
        assertThat(Bytes.text(1_500_000_000_000L)).isEqualTo("1.5 TB");
    }

    @Test
    void addressesHoldWhateverNamesHold() {
        assertThat(Links.pkg(new PackageName("g++"))).isEqualTo("/console/packages/g%2B%2B");
        assertThat(Links.stream(StreamId.parse("mirror:a&b=\"c\"")))
                .isEqualTo("/console/events?stream=mirror%3Aa%26b%3D%22c%22");
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("a", "");
        parameters.put("b", null);
        assertThat(Links.query("/x", parameters)).isEqualTo("/console/x");
    }

    @Test
    void aSearchIsAFilterAndAnAddress() {
        EventSearch search = new EventSearch("host:", "InstallRequested", "alice", "");
        assertThat(search.filter().kind()).isEqualTo(StreamId.Kind.HOST);
        assertThat(search.filter().stream()).isNull();
        assertThat(search.href(new Position(7)))
                .isEqualTo("/console/events?stream=host%3A&type=InstallRequested&person=alice&before=7");
        assertThat(EventSearch.ALL.live()).isEqualTo("/console/live");
        assertThatThrownBy(() -> new EventSearch("nothing:", "", "", "").filter())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EventSearch("", "a type", "", "").filter())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
