package org.cloister.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DesktopDevicesTest {
    @Test
    void aScreenIsNamedByItsSize() {
        ScreenSize size = ScreenSize.parse("1280x800");
        assertThat(DesktopDevices.screen(size).text()).isEqualTo("screen-1280x800");
        assertThat(DesktopDevices.size(DesktopDevices.screen(size))).isEqualTo(size);
        assertThat(DesktopDevices.kind(DesktopDevices.screen(size))).isEqualTo(DeviceKind.SCREEN);
    }

    @Test
    void whatIsNoSizeIsNoScreen() {
        for (String text : new String[] {
            "", "1280", "1280x", "x800", "0x800", "12800000x800", "63x800", "16385x800", "1280X800", "01280x800"
        }) {
            assertThatThrownBy(() -> ScreenSize.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(DesktopDevices.kind(new DeviceId("screen-1"))).isNull();
        assertThat(DesktopDevices.kind(new DeviceId("screen-0x0"))).isNull();
    }

    @Test
    void hardwareIsNoneOfThem() {
        assertThat(DesktopDevices.kind(new DeviceId("sound-0a1b2c3d"))).isNull();
        assertThat(DesktopDevices.isDisplay(DesktopDevices.SOUND)).isFalse();
        assertThat(DesktopDevices.isDisplay(DesktopDevices.DISPLAY)).isTrue();
    }
}
