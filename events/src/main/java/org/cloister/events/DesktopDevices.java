package org.cloister.events;

import org.jspecify.annotations.Nullable;

/**
 * What a desktop has for programs and no kernel lists: every host has it, attached or not, because whose it is turns out when a program starts. Granted and
 * released as other devices are ({@code docs/adr/0045}).
 */
public final class DesktopDevices {
    /** The display of whoever starts a program. */
    public static final DeviceId DISPLAY = new DeviceId("display");
    /** The sound server of whoever starts a program. */
    public static final DeviceId SOUND = new DeviceId("sound-server");

    private static final String SCREEN = "screen-";

    private DesktopDevices() {}

    /** A screen of the root's own. */
    public static DeviceId screen(ScreenSize size) {
        return new DeviceId(SCREEN + size);
    }

    /** What kind of these {@code device} is; null if it is none of them. */
    public static @Nullable DeviceKind kind(DeviceId device) {
        if (device.equals(DISPLAY)) {
            return DeviceKind.DISPLAY;
        }
        if (device.equals(SOUND)) {
            return DeviceKind.SOUND_SERVER;
        }
        return size(device) == null ? null : DeviceKind.SCREEN;
    }

    /** How large the screen is that {@code device} stands for; null if it stands for none. */
    public static @Nullable ScreenSize size(DeviceId device) {
        if (!device.text().startsWith(SCREEN)) {
            return null;
        }
        try {
            return ScreenSize.parse(device.text().substring(SCREEN.length()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether a root that gets the one gives the other up: it has one display at a time. */
    public static boolean isDisplay(DeviceId device) {
        DeviceKind kind = kind(device);
        return kind == DeviceKind.DISPLAY || kind == DeviceKind.SCREEN;
    }
}
