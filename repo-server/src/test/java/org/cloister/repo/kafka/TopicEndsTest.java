package org.cloister.repo.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.StreamId;
import org.junit.jupiter.api.Test;

final class TopicEndsTest {
    private final TopicEnds ends = new TopicEnds(
            new TreeMap<>(Map.of("cloister.packages", "AbC")), new TreeMap<>(Map.of("cloister.packages/0", 12L)));

    @Test
    void theTextIsReadAsItWasWritten() {
        assertThat(TopicEnds.parse(ends.text())).isEqualTo(ends);
        assertThat(TopicEnds.parse("")).isEqualTo(TopicEnds.none());
        assertThat(TopicEnds.parse(TopicEnds.none().text())).isEqualTo(TopicEnds.none());
        assertThatThrownBy(() -> TopicEnds.parse("{")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void endsOnlyGrow() {
        assertThat(ends.with(Map.of("cloister.packages/0", 11L)).offsets()).containsEntry("cloister.packages/0", 12L);
        assertThat(ends.with(Map.of("cloister.hosts/3", 1L)).offsets())
                .containsEntry("cloister.packages/0", 12L)
                .containsEntry("cloister.hosts/3", 1L);
        assertThat(ends.isEmpty()).isFalse();
        assertThat(TopicEnds.none().isEmpty()).isTrue();
    }

    @Test
    void everyKindOfStreamHasItsTopic() {
        for (StreamId.Kind kind : StreamId.Kind.values()) {
            EventTopic expected = kind == StreamId.Kind.HOST ? EventTopic.HOSTS : EventTopic.PACKAGES;
            assertThat(EventTopic.of(new StreamId(kind, "x"))).isEqualTo(expected);
        }
    }
}
