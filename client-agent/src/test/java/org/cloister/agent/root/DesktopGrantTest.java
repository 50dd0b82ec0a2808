package org.cloister.agent.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cloister.events.DesktopDevices;
import org.cloister.events.DeviceId;
import org.cloister.events.RootName;
import org.cloister.events.ScreenSize;
import org.junit.jupiter.api.Test;

class DesktopGrantTest {
    private static final RootName VLC = new RootName("vlc");

    @Test
    void otherDevicesAreNoneOfADesktop() {
        assertThat(DesktopGrant.of(List.of(new DeviceId("sound-0a1b2c3d"), new DeviceId("video-1"))))
                .isEqualTo(DesktopGrant.NONE);
        assertThat(DesktopGrant.NONE.call(VLC, "0a1b")).isEmpty();
    }

    @Test
    void theWordsAreThoseOfTheProgram() {
        assertThat(DesktopGrant.of(List.of(DesktopDevices.DISPLAY)).call(VLC, "0a1b"))
                .containsExactly("--root", "vlc", "--tag", "0a1b", "--display", "shared", "--");
        assertThat(DesktopGrant.of(List.of(DesktopDevices.screen(ScreenSize.USUAL), DesktopDevices.SOUND))
                        .options())
                .containsExactly("--display", "1024x768", "--sound");
    }
}
