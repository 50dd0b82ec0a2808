package org.cloister.events.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SubordinateIdsTest {
    @Test
    void aUserHasTheFirstRangeOfItsNameOrNumber() {
        String text = "bob:100000:65536\nann:165536:65536\nann:900000:10\n1007:300000:5\n";
        assertThat(SubordinateIds.of(text, "ann", 1001)).contains(new SubordinateIds(165_536, 65_535));
        assertThat(SubordinateIds.of(text, "eve", 1007)).contains(new SubordinateIds(300_000, 5));
        assertThat(SubordinateIds.of(text, "eve", 1008)).isEmpty();
    }

    @Test
    void whatIsNoRangeCountsForNothing() {
        String text =
                "ann\nann:x:5\nann:0:5\nann:5:0\nann:-4:5\nann:4294967295:5\nann:2147483647:9\nann:7:8:9\n\nann:70:3\n";
        assertThat(SubordinateIds.of(text, "ann", 1001)).contains(new SubordinateIds(70, 3));
        assertThatThrownBy(() -> new SubordinateIds(1, 65_536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noTextBreaksIt() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = random.nextInt(40); c > 0; c--) {
                text.append("an:019-\n\u0000é".charAt(random.nextInt(10)));
            }
            SubordinateIds.of(text.toString(), "an", 10);
        }
    }

    @Test
    void insideAndOutsideAreEachOthersReverse() {
        SubordinateIds ids = new SubordinateIds(100_000, 3);
        assertThat(ids.outside(1, -1)).isEqualTo(100_000);
        assertThat(ids.outside(3, -1)).isEqualTo(100_002);
        assertThat(ids.outside(0, -1)).isEqualTo(-1);
        assertThat(ids.outside(4, -1)).isEqualTo(-1);
        assertThat(ids.inside(100_002, -1)).isEqualTo(3);
        assertThat(ids.inside(99_999, -1)).isEqualTo(-1);
        assertThat(ids.inside(100_003, -1)).isEqualTo(-1);
        assertThat(ids.range()).isEqualTo("100000,1,3");
    }
}
