package org.cloister.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.junit.jupiter.api.Test;

class DeviceBookTest {
    private static final DeviceId DRIVE = new DeviceId("optical-1");
    private static final RootName VLC = new RootName("vlc");
    private static final RootName XINE = new RootName("xine");
    private static final DeviceAttached ATTACHED = new DeviceAttached(DRIVE, DeviceKind.OPTICAL, "DVD-ROM", "sr0");
    private static final DeviceGranted GRANTED = new DeviceGranted(VLC, DRIVE, DeviceKind.OPTICAL);

    private static HostImage after(HostEvent... events) {
        HostImage image = HostImage.EMPTY;
        long position = 0;
        for (HostEvent event : events) {
            image = image.evolve(new Position(++position), event).image();
        }
        return image;
    }

    @Test
    void aGrantOutlivesThatItsDeviceIsDetached() {
        HostImage image = after(ATTACHED, GRANTED, new DeviceDetached(DRIVE));
        assertThat(image.devices().attached()).isEmpty();
        assertThat(image.devices().of(VLC)).containsExactly(DRIVE);
    }

    @Test
    void aReleaseAndARefusalLeaveNothing() {
        HostImage image = after(
                ATTACHED,
                GRANTED,
                new DeviceRefused(XINE, DRIVE, VLC, "vlc has it"),
                new DeviceReleased(VLC, DRIVE, "it was asked to"));
        assertThat(image.devices().grants()).isEmpty();
        assertThat(image.devices().attached()).containsOnlyKeys(DRIVE);
    }

    @Test
    void anImageIsReadBackWithItsDevicesAndAnOlderOneHasNone() {
        HostImage image = after(ATTACHED, GRANTED);
        assertThat(ImageText.read(ImageText.write(image))).isEqualTo(image);
        String older = "{\"version\":4,\"roots\":[],\"pending\":[],\"settled\":{},\"claims\":[],\"retired\":false}";
        assertThat(List.of(ImageText.read(older).devices())).containsExactly(DeviceBook.EMPTY);
    }
}
