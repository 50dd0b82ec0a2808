package org.cloister.fuse.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.LoadedFiles;
import org.cloister.fuse.tree.LowerEntry;
import org.cloister.fuse.tree.LowerLayer;
import org.cloister.fuse.tree.Numbers;
import org.junit.jupiter.api.Test;

class ScrubTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Numbers numbers = new Numbers();
    private final List<Digest> looked = new ArrayList<>();
    private final Set<LayerId> manifests = new HashSet<>();
    private final Set<Digest> bad = new HashSet<>();
    private final List<Duration> pauses = new ArrayList<>();

    private void layer(String name, int files) {
        LowerLayer.Builder layer = new LowerLayer.Builder(new LayerId(Digest.ofText(name)));
        layer.add("d", new LowerEntry(LowerEntry.Kind.DIRECTORY, 0755, 0, 0, 0, 0, 0, null, null, Attributes.NONE));
        for (int i = 0; i < files; i++) {
            layer.add(
                    "d/" + i,
                    new LowerEntry(
                            LowerEntry.Kind.FILE, 0644, 0, 0, 0, 100, 0, null, object(name, i), Attributes.NONE));
        }
        layer.build(numbers);
    }

    private static Digest object(String layer, int file) {
        return Digest.ofText(layer + file);
    }

    /** Ends, as if interrupted, when it has paused {@code passes} times after the settling. */
    private Scrub scrub(int passes, double anywhere, Duration pause) {
        return new Scrub(
                new LoadedFiles(numbers),
                (object, size, throttle) -> {
                    looked.add(object);
                    return !bad.contains(object);
                },
                new Scrub.Manifests(() -> manifests, (layer, throttle) -> {
                    looked.add(layer.digest());
                    return !bad.contains(layer.digest());
                }),
                1 << 20,
                pause,
                nanos -> {
                    pauses.add(Duration.ofNanos(nanos));
                    if (pauses.size() > passes) {
                        throw new InterruptedException();
                    }
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                anywhere);
    }

    @Test
    void everyPassLooksAtManifestsFirst() {
        layer("a", 3);
        manifests.add(new LayerId(Digest.ofText("a")));
        bad.add(Digest.ofText("a"));
        Scrub scrub = scrub(2, 0, Duration.ofHours(1));
        scrub.run();
        assertThat(looked).hasSize(8).startsWith(Digest.ofText("a"));
        assertThat(looked.get(4)).isEqualTo(Digest.ofText("a"));
        assertThat(scrub.progress().found()).isEqualTo(1);
    }

    @Test
    void everyPassLooksAtEveryFileOnceWhereverItBegins() {
        layer("a", 300);
        layer("b", 7);
        Set<Digest> all = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            all.add(object("a", i));
        }
        for (int i = 0; i < 7; i++) {
            all.add(object("b", i));
        }
        for (double anywhere : new double[] {0, 0.37, 0.5, 0.999}) {
            looked.clear();
            pauses.clear();
            Scrub scrub = scrub(1, anywhere, Duration.ofHours(6));
            scrub.run();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(looked).as("from %s", anywhere).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
            assertThat(scrub.progress()).isEqualTo(new Scrub.Progress(1, false, 30_700, 30_700, 307, 0, NOW));
        }
    }

    @Test
    void itSettlesFirstAndPausesAfterEachPass() {
        layer("a", 2);
        scrub(3, 0, Duration.ofMinutes(90)).run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(pauses)
                .containsExactly(
                        Duration.ofMinutes(1), Duration.ofMinutes(90), Duration.ofMinutes(90), Duration.ofMinutes(90));
        assertThat(looked).hasSize(6);
    }

    @Test
    void anEmptyStoreIsNotLookedThroughWithoutRest() {
        scrub(2, 0.5, Duration.ZERO).run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(pauses).containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void damageIsCountedAndTheRestIsLookedAt() {
        layer("a", 10);
        bad.add(object("a", 3));
        Scrub scrub = scrub(1, 0, Duration.ofHours(1));
        scrub.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(looked).hasSize(10);
        assertThat(scrub.progress().found()).isEqualTo(1);
    }
}
