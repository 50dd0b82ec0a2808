package org.cloister.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostRoomTest {
    private static final long GIBI = 1L << 30;
    private static final long TENTH = 100_000_000;

    private long left;
    private long now;

    private HostRoom of(long total) {
        return new HostRoom(total, () -> left, () -> now);
    }

    private void mustKeep(long total, long kept) {
        HostRoom room = of(total);
        left = kept;
        assertThat(room.isUsedUp()).isFalse();
        left = kept - 1;
        now += TENTH;
        assertThat(room.isUsedUp()).isTrue();
    }

    @Test
    void aFiftiethIsKeptAndAtMostAGibibyte() {
        mustKeep(50 * GIBI, GIBI);
        mustKeep(5000 * GIBI, GIBI);
        mustKeep(25 * GIBI, GIBI / 2);
    }

    @Test
    void aSmallDiskKeepsNothing() {
        assertThat(of(4 * GIBI - 1).isUsedUp()).isFalse();
    }

    @Test
    void itIsLookedAtTenTimesASecond() {
        HostRoom room = of(50 * GIBI);
        left = 2 * GIBI;
        assertThat(room.isUsedUp()).isFalse();
        left = 0;
        now += TENTH - 1;
        assertThat(room.isUsedUp()).isFalse();
        now++;
        assertThat(room.isUsedUp()).isTrue();
        left = 2 * GIBI;
        now += TENTH;
        assertThat(room.isUsedUp()).isFalse();
    }

    @Test
    void roomThatWasMadeIsSeenAtOnce() {
        HostRoom room = of(50 * GIBI);
        assertThat(room.isUsedUp()).isTrue();
        left = 2 * GIBI;
        assertThat(room.isUsedUp()).isTrue();
        assertThat(room.isStillUsedUp()).isFalse();
        assertThat(room.isUsedUp()).isFalse();
    }
}
