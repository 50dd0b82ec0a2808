package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.DesktopDevices;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Devices.Known;
import org.jspecify.annotations.Nullable;

/**
 * The rules of who may use which device of a host: one of an exclusive kind has one holder, and who comes later is refused and told
 * who that is; others are shared. What a desktop has is there on every host, and a root has one display at a time. A grant lasts until it is released or its root is removed, whether the device is attached or not.
 */
final class DeviceBroker {
    /** Devices of one host; an agent that reports more of them reports something else. */
    static final int MAX_DEVICES = 512;
    /** Grants of one host. */
    static final int MAX_GRANTS = 2_000;
    /** Characters of what a device says of itself. */
    static final int MAX_TEXT = 200;

    private DeviceBroker() {}

    static Decision<HostEvent> grant(Devices devices, RootName root, DeviceId device) {
        DeviceKind ofDesktop = DesktopDevices.kind(device);
        return ofDesktop == null
                ? grantAttached(devices, root, device)
                : grantOfDesktop(devices, root, new DeviceGranted(root, device, ofDesktop));
    }

    /** A display takes the place of the one that the root has. */
    private static Decision<HostEvent> grantOfDesktop(Devices devices, RootName root, DeviceGranted wanted) {
        if (devices.has(root, wanted.device())) {
            return Decision.unchanged();
        }
        List<HostEvent> events = new ArrayList<>();
        for (DeviceId held : devices.of(root)) {
            if (DesktopDevices.isDisplay(held) && DesktopDevices.isDisplay(wanted.device())) {
                events.add(new DeviceReleased(root, held, wanted.device() + " takes its place"));
            }
        }
        if (events.isEmpty() && devices.count() >= MAX_GRANTS) {
            return tooMany();
        }
        events.add(wanted);
        return Decision.acceptAll(events);
    }

    private static Decision<HostEvent> grantAttached(Devices devices, RootName root, DeviceId device) {
        Known known = devices.known().get(device);
        if (known == null) {
            return Decision.refuse(
                    Rule.DEVICE_UNKNOWN, "the host has no device " + device, "see what it has: cloister device list");
        }
        if (devices.has(root, device)) {
            return Decision.unchanged();
        }
        RootName holder = devices.holder(device);
        if (holder != null && known.device().kind().isExclusive()) {
            return Decision.accept(new DeviceRefused(
                    root,
                    device,
                    holder,
                    "one root at a time may have " + what(known) + ", and " + holder + " has it"));
        }
        if (devices.count() >= MAX_GRANTS) {
            return tooMany();
        }
        return Decision.accept(new DeviceGranted(root, device, known.device().kind()));
    }

    private static Decision<HostEvent> tooMany() {
        return Decision.refuse(
                Rule.TOO_LARGE,
                "the host has " + MAX_GRANTS + " grants, which is the limit",
                "release what isn't needed: cloister device release ROOT DEVICE");
    }

    private static String what(Known known) {
        return switch (known.device().kind()) {
            case OPTICAL -> "an optical drive";
            case DISK -> "a disk";
            case SERIAL -> "a serial port";
            case SOUND, VIDEO, INPUT, DISPLAY, SCREEN, SOUND_SERVER -> "such a device";
        };
    }

    /** The root has the device no longer; without {@code device}, none. */
    static Decision<HostEvent> release(Devices devices, RootName root, @Nullable DeviceId device, String reason) {
        List<HostEvent> events = new ArrayList<>();
        for (DeviceId held : devices.of(root)) {
            if (device == null || device.equals(held)) {
                events.add(new DeviceReleased(root, held, reason));
            }
        }
        return Decision.acceptAll(events);
    }

    /** What comes of the removal of roots, beside the removal itself. */
    static List<HostEvent> removed(Devices devices, List<RootName> roots) {
        List<HostEvent> events = new ArrayList<>();
        for (RootName root : roots) {
            devices.of(root).forEach(device -> events.add(new DeviceReleased(root, device, "the root was removed")));
        }
        return events;
    }

    static Decision<HostEvent> attached(Devices devices, DeviceAttached report) {
        Known known = devices.known().get(report.device());
        if (known != null && known.attached() && known.device().equals(report)) {
            return Decision.unchanged();
        }
        if (report.label().length() > MAX_TEXT || report.node().length() > MAX_TEXT) {
            return Decision.refuse(
                    Rule.TOO_LARGE,
                    "the label or node of " + report.device() + " has more than " + MAX_TEXT + " characters",
                    "cut it");
        }
        if (known == null && devices.known().size() >= MAX_DEVICES) {
            return Decision.refuse(
                    Rule.TOO_LARGE, "the host has " + MAX_DEVICES + " devices, which is the limit", "detach some");
        }
        return Decision.accept(report);
    }

    static Decision<HostEvent> detached(Devices devices, DeviceDetached report) {
        Known known = devices.known().get(report.device());
        return known == null || !known.attached() ? Decision.unchanged() : Decision.accept(report);
    }
}
