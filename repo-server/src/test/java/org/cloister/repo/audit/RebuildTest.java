package org.cloister.repo.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.log.EventStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sound logs. Whoever followed the log as it grew, in whatever batches, answers every question as one who reads all of it at once,
 * and about a host at any moment as the fold of all its events.
 */
class RebuildTest {
    private static final int STEPS = 150;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoFollowedTheLogAnswersAsWhoReadsItAtOnce(long seed) {
        GrowingLog world = new GrowingLog(seed);
        try (ViewsReader followed = new ViewsReader(world.store, 7, new Random(seed), new EventCodec())) {
            followed.views.projection().start();
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            Map<String, Object> expected = followed.answers(world);
            for (int page : new int[] {1, EventStore.MAX_READ}) {
                try (ViewsReader rebuilt =
                        new ViewsReader(world.store, page, new Random(seed + page), EventCodec.remembering(20_000))) {
                    rebuilt.views.projection().start();
                    Map<String, Object> answers = rebuilt.answers(world);
                    expected.forEach((question, answer) -> assertThat(answers.get(question))
                            .as("seed %d, pages of up to %d: %s", seed, page, question)
                            .isEqualTo(answer));
                }
            }
            assertThat(expected.get("hosts")).isEqualTo(world.states);
            world.folded.forEach((position, snapshots) -> assertThat(expected.get("host at " + position))
                    .as("seed %d", seed)
                    .isEqualTo(snapshots));
        }
    }
}
