package org.cloister.fuse.union;

import static org.assertj.core.api.Assertions.assertThat;

import org.cloister.events.host.SubordinateIds;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private final Ownership ann =
            new Ownership.Private(1000, 1001, new SubordinateIds(100_000, 65_535), new SubordinateIds(200_000, 65_535));

    @Test
    void rootOfAPrivateMountIsItsUser() {
        assertThat(ann.hostUser(0)).isEqualTo(1000);
        assertThat(ann.hostGroup(0)).isEqualTo(1001);
        assertThat(ann.recordedUser(1000)).isZero();
        assertThat(ann.recordedGroup(1001)).isZero();
    }

    @Test
    void theOtherUsersOfAPrivateMountAreItsUsersSubordinates() {
        assertThat(ann.hostUser(33)).isEqualTo(100_032);
        assertThat(ann.hostGroup(65_534)).isEqualTo(265_533);
        for (int id = 0; id <= 65_535; id++) {
            assertThat(ann.recordedUser(ann.hostUser(id))).isEqualTo(id);
            assertThat(ann.recordedGroup(ann.hostGroup(id))).isEqualTo(id);
        }
    }

    @Test
    void whoCanNotBeMappedIsTheUserOfTheMount() {
        assertThat(ann.hostUser(70_000)).isEqualTo(1000);
        assertThat(ann.recordedUser(4711)).isZero();
        Ownership alone = new Ownership.Private(1000, 1001, null, null);
        assertThat(alone.hostUser(33)).isEqualTo(1000);
        assertThat(alone.recordedGroup(1001)).isZero();
    }
}
