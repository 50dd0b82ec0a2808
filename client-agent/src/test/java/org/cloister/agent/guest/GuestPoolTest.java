package org.cloister.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.RootName;
import org.junit.jupiter.api.Test;

class GuestPoolTest {
    private static final RootName WEB = new RootName("web");
    private static final long ROOM = 1L << 20;

    private final Map<RootName, String> roots = new HashMap<>(Map.of(WEB, "as it is"));
    private Duration now = Duration.ZERO;
    private final GuestPool pool = pool("a", ROOM);

    private GuestPool pool(String agent, long bytes) {
        return new GuestPool(agent, bytes, root -> roots.getOrDefault(root, ""), () -> now.toNanos());
    }

    @Test
    void aGuestWaitsForWhoAsksAgainWithinTenMinutes() {
        assertThat(pool.use(WEB, "512M")).isEmpty();
        now = Duration.ofMinutes(9);
        assertThat(pool.use(WEB, "512M")).isPresent();
        now = Duration.ofMinutes(20);
        assertThat(pool.use(WEB, "512M")).isEmpty();
    }

    @Test
    void anotherGuestHasAnotherKey() {
        Optional<String> key = key(pool, WEB, "512M");
        assertThat(key(pool, WEB, "1G")).isNotEqualTo(key);
        assertThat(key(pool, new RootName("db"), "512M")).isNotEqualTo(key);
        assertThat(key(pool("b", ROOM), WEB, "512M")).as("of another agent").isNotEqualTo(key);
        roots.put(WEB, "with a grant");
        assertThat(key(pool, WEB, "512M")).isNotEqualTo(key);
    }

    @Test
    void aKeyIsVoidWhenItsRootChanges() {
        String key = key(pool, WEB, "512M").orElseThrow();
        assertThat(pool.isCurrent(WEB, key)).isTrue();
        assertThat(pool.isCurrent(new RootName("db"), key)).isFalse();
        assertThat(pool("b", ROOM).isCurrent(WEB, key)).isFalse();
        roots.put(WEB, "upgraded");
        assertThat(pool.isCurrent(WEB, key)).isFalse();
    }

    @Test
    void noneWaitsWithoutMemoryForIt() {
        assertThat(key(pool("a", 0), WEB, "512M")).isEmpty();
        assertThat(pool.hasRoom(1024)).isTrue();
        assertThat(pool.hasRoom(1025)).isFalse();
    }

    @Test
    void whatWasAskedForLongAgoIsForgottenFirst() {
        String key = key(pool, WEB, "512M").orElseThrow();
        for (int other = 0; other < 256; other++) {
            pool.use(WEB, other + "M");
        }
        assertThat(pool.isCurrent(WEB, key)).isFalse();
    }

    private static Optional<String> key(GuestPool pool, RootName root, String words) {
        pool.use(root, words);
        return pool.use(root, words);
    }
}
