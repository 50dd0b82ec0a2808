package org.cloister.agent.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cloister.agent.device.DeviceNode;
import org.cloister.events.DeviceKind;
import org.junit.jupiter.api.Test;

class MediumProbeTest {
    private static final DeviceNode NODE = new DeviceNode(true, "sr0", 11, 0, 0660, 0, 24);
    private final MediumProbe probe = new MediumProbe(List.of("iso9660", "udf"));

    @Test
    void theLabelIsWhatStoodOnTheDisc() {
        String said =
                "DEVNAME=/dev/sr0\nLABEL=My\\ Disc\\ \\$HOME\nAPPLICATION_ID=TYPE=vfat\nTYPE=iso9660\nUSAGE=filesystem\n";
        assertThat(probe.of(DeviceKind.OPTICAL, NODE, said))
                .contains(new Medium(DeviceKind.OPTICAL, NODE, "iso9660", "My Disc $HOME"));
    }

    @Test
    void whatIsNotAllowedOrNotUnderstoodIsNoMedium() {
        for (String said : List.of("", "TYPE=ext4\n", "TYPE=\n", "=\n==\nTYPE", "LABEL=x\n", "\0\\\n\\")) {
            assertThat(probe.of(DeviceKind.DISK, NODE, said)).as(said).isEmpty();
        }
    }
}
