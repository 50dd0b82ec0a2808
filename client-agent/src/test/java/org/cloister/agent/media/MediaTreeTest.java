package org.cloister.agent.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.cloister.agent.device.DeviceNode;
import org.cloister.agent.media.MediaTree.Link;
import org.cloister.agent.media.MediaTree.Mounted;
import org.cloister.events.DeviceKind;
import org.junit.jupiter.api.Test;

class MediaTreeTest {
    private static Medium disc(String label) {
        return new Medium(DeviceKind.OPTICAL, new DeviceNode(true, "sr0", 11, 0, 0660, 0, 24), "iso9660", label);
    }

    private static Medium stick(String label) {
        return new Medium(DeviceKind.DISK, new DeviceNode(true, "sdb1", 8, 17, 0660, 0, 6), "vfat", label);
    }

    @Test
    void aDiscHasTheNamesThatProgramsLookForAndItsOwn() {
        assertThat(MediaTree.of(List.of(disc("Debian 12"))))
                .containsOnlyKeys("cdrom", "cdrom0", "Debian 12")
                .containsEntry("cdrom", new Mounted(disc("Debian 12")))
                .containsEntry("cdrom0", new Link("cdrom"))
                .containsEntry("Debian 12", new Link("cdrom"));
    }

    @Test
    void aSecondDiscIsTheSecondAndOneWithTheSameLabelGetsANumber() {
        assertThat(MediaTree.of(List.of(disc("A"), disc("A"))))
                .containsEntry("cdrom1", new Mounted(disc("A")))
                .containsEntry("A", new Link("cdrom"))
                .containsEntry("A1", new Link("cdrom1"));
    }

    @Test
    void aStickIsUnderItsLabelOrItsNode() {
        assertThat(MediaTree.of(List.of(stick("PHOTOS"), stick(""), stick("cdrom"))))
                .containsOnlyKeys("PHOTOS", "sdb1", "cdrom");
        assertThat(MediaTree.of(List.of(stick("cdrom"), disc("x"))))
                .containsEntry("cdrom1", new Mounted(stick("cdrom")));
    }

    @Test
    void noLabelIsAPathAnOptionOrHidden() {
        assertThat(MediaTree.of(List.of(stick("../../etc")))).containsOnlyKeys("_._.._etc");
        assertThat(MediaTree.of(List.of(stick("-rf")))).containsOnlyKeys("_rf");
        assertThat(MediaTree.of(List.of(stick("..")))).containsOnlyKeys("_.");
        assertThat(MediaTree.of(List.of(stick("   ")))).containsOnlyKeys("sdb1");
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder label = new StringBuilder();
            random.ints(random.nextInt(80), 0, Character.MAX_CODE_POINT + 1).forEach(label::appendCodePoint);
            assertThat(MediaTree.of(List.of(stick(label.toString()), disc(label.toString())))
                            .keySet())
                    .as("seed 7, label %d", i)
                    .allMatch(name -> name.matches("[^/.\\-\\p{Cntrl}][^/\\p{Cntrl}]*")
                            && name.getBytes(StandardCharsets.UTF_8).length < 256);
        }
    }
}
