package org.cloister.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cloister.events.CorrelationId;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PreferredFeedTest {
    private static final Duration NO_PATIENCE = Duration.ZERO;
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final List<RecordedEvent> log = new ArrayList<>();
    private final ScriptedSource kafka = new ScriptedSource("kafka", log);
    private final ScriptedSource http = new ScriptedSource("http", log);

    @Test
    void whileThePreferredOneWorksTheOtherIsNotAsked() throws Exception {
        append(3);
        PreferredFeed feed = feed(0, PATIENCE);
        assertThat(positions(feed, 2)).containsExactly(1L, 2L, 3L);
        assertThat(feed.name()).isEqualTo("kafka");
        assertThat(http.opened).isEmpty();
    }

    @Test
    void aBreakGoesOnOverTheOtherFromTheSamePosition() throws Exception {
        append(3);
        PreferredFeed feed = feed(0, PATIENCE);
        assertThat(positions(feed, 1)).containsExactly(1L, 2L, 3L);
        kafka.broken = true;
        append(2);
        assertThat(positions(feed, 2)).containsExactly(4L, 5L);
        assertThat(feed.name()).isEqualTo("http");
        assertThat(http.opened).containsExactly(3L);
    }

    @Test
    void whenThePreferredOneIsBackItGoesOnThereFromTheSamePositionAndItsOwnHint() throws Exception {
        append(2);
        PreferredFeed feed = feed(0, NO_PATIENCE);
        positions(feed, 1);
        kafka.broken = true;
        append(2);
        assertThat(positions(feed, 3)).containsExactly(3L, 4L);
        kafka.broken = false;
        append(1);
        assertThat(positions(feed, 4)).containsExactly(5L);
        assertThat(feed.name()).isEqualTo("kafka");
        assertThat(kafka.opened).startsWith(0L).endsWith(4L);
        assertThat(kafka.hints).endsWith("kafka:2");
    }

    @Test
    void aPreferredOneThatStandsStillIsLeftWhenTheOtherHasMore() throws Exception {
        append(1);
        PreferredFeed feed = feed(0, NO_PATIENCE);
        positions(feed, 1);
        kafka.upTo = 1;
        append(2);
        assertThat(positions(feed, 1)).containsExactly(2L, 3L);
        assertThat(feed.name()).isEqualTo("http");
    }

    @Test
    void aSilentPreferredOneIsKeptWhenTheOtherHasNothingEither() throws Exception {
        append(1);
        PreferredFeed feed = feed(0, NO_PATIENCE);
        assertThat(positions(feed, 5)).containsExactly(1L);
        assertThat(feed.name()).isEqualTo("kafka");
    }

    @Test
    void whenBothAreAwayThePollFails() throws Exception {
        kafka.broken = true;
        http.broken = true;
        PreferredFeed feed = feed(7, PATIENCE);
        assertThatThrownBy(() -> feed.poll(Duration.ZERO)).isInstanceOf(IOException.class);
        assertThat(feed.name()).isEqualTo("none");
        http.broken = false;
        feed.poll(Duration.ZERO);
        assertThat(http.opened).endsWith(7L);
    }

    @RepeatedTest(20)
    void whateverBreaksEveryEventIsHeardOnceAndInOrder(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        PreferredFeed feed = feed(0, NO_PATIENCE);
        List<Long> heard = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            kafka.broken = random.nextInt(4) == 0;
            http.broken = random.nextInt(4) == 0;
            kafka.upTo = random.nextInt(3) == 0 ? kafka.upTo : Long.MAX_VALUE;
            append(random.nextInt(3));
            poll(feed, heard);
        }
        kafka.broken = false;
        http.broken = false;
        kafka.upTo = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            poll(feed, heard);
        }
        assertThat(heard)
                .as("seed %d", seed)
                .isEqualTo(log.stream().map(event -> event.position().value()).toList());
    }

    private static void poll(PreferredFeed feed, List<Long> heard) throws InterruptedException {
        try {
            feed.poll(Duration.ZERO)
                    .events()
                    .forEach(event -> heard.add(event.position().value()));
        } catch (IOException e) {
            // Nobody answers now; the follower polls again.
        }
    }

    private PreferredFeed feed(long after, Duration patience) {
        return new PreferredFeed(kafka, http, new Position(after), "", patience);
    }

    private static List<Long> positions(PreferredFeed feed, int polls) throws IOException, InterruptedException {
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < polls; i++) {
            feed.poll(Duration.ZERO)
                    .events()
                    .forEach(event -> positions.add(event.position().value()));
        }
        return positions;
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            Position position = new Position(log.size() + 1);
            log.add(new RecordedEvent(
                    position,
                    StreamId.of(new HostId("h-0123456789abcdef")),
                    position.value(),
                    "HostRetired",
                    1,
                    Instant.EPOCH,
                    new Principal("tester"),
                    new CorrelationId("c"),
                    "{}"));
        }
    }
}
