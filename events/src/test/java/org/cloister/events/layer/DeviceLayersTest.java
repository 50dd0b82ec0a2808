package org.cloister.events.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.junit.jupiter.api.Test;

class DeviceLayersTest {
    private static final LayerId COMMON = new LayerId(Digest.ofText("common"));
    private static final LayerId GRANTED = new LayerId(Digest.ofText("granted"));
    private static final LayerId SHIPPED = new LayerId(Digest.ofText("shipped"));
    private static final RootName VLC = new RootName("vlc");
    private static final DeviceLayers LAYERS = new DeviceLayers(COMMON, new TreeMap<>(Map.of(VLC, GRANTED)));

    @Test
    void theDeviceLayerIsTheLastAndTheGenerationKeepsItsDigest() {
        Generation generation = new Generation(
                new Position(1),
                List.of(
                        new Generation.Root(VLC, List.of(SHIPPED)),
                        new Generation.Root(new RootName("jq"), List.of(SHIPPED))));
        assertThat(LAYERS.on(generation).roots())
                .extracting(Generation.Root::layers)
                .containsExactly(List.of(SHIPPED, COMMON), List.of(SHIPPED, GRANTED));
        assertThat(DeviceLayers.NONE.on(generation)).isEqualTo(generation);
    }

    @Test
    void itIsReadAsItWasWrittenAndNotWhenItIsCut() {
        String text = LAYERS.text();
        assertThat(DeviceLayers.parse(text)).isEqualTo(LAYERS);
        assertThat(DeviceLayers.parse(DeviceLayers.NONE.text())).isEqualTo(DeviceLayers.NONE);
        for (int cut = 0; cut < text.length(); cut++) {
            String shorter = text.substring(0, cut);
            boolean isWhole = shorter.endsWith("\n") && !shorter.equals("\n");
            if (!isWhole) {
                assertThatThrownBy(() -> DeviceLayers.parse(shorter)).isInstanceOf(IllegalArgumentException.class);
            }
        }
        for (String bad : List.of(
                "cloister-devices 2\n", "cloister-devices 1\nroot vlc\n", text + "root vlc " + COMMON + "\n", "x\n")) {
            assertThatThrownBy(() -> DeviceLayers.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
