package org.cloister.events;

import java.util.Locale;

/** What a device is for. */
public enum DeviceKind {
    /** CD, DVD and Blu-ray drives, and images of discs. */
    OPTICAL(true),
    /** Storage that is read and written in blocks, with its partitions. */
    DISK(true),
    SERIAL(true),
    /** A sound card with all that it plays and records. */
    SOUND(false),
    /** Cameras, tuners and other sources of pictures. */
    VIDEO(false),
    /** Keyboards, mice, joysticks, tablets. */
    INPUT(false),
    /** The display of whoever starts a program. */
    DISPLAY(false),
    /** A screen of the root's own, in a window of that display. */
    SCREEN(false),
    /** The sound server of whoever starts a program. */
    SOUND_SERVER(false);

    private final boolean exclusive;

    DeviceKind(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /** Whether one root at a time may have it. */
    public boolean isExclusive() {
        return exclusive;
    }

    /** In lower case, with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
