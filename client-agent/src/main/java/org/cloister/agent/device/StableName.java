package org.cloister.agent.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;

/**
 * What a device is told by each time that it is attached: by the maker's numbers where it is USB and has a serial number, otherwise by the place
 * where it is plugged in. Numbers that the kernel gives as devices come are left out.
 */
final class StableName {
    private static final int DIGITS = 8;
    private static final Pattern USB_INTERFACE = Pattern.compile("[0-9]+-[0-9.]+:([0-9]+\\.[0-9]+)");
    private static final Pattern SCSI_UNIT = Pattern.compile("[0-9]+:[0-9]+:[0-9]+:([0-9]+)");
    /** Given in the order of arrival, or saying nothing. */
    private static final Pattern VOLATILE = Pattern.compile(
            "(host|target|input|event|card|video|sr|loop|ttyUSB|ttyACM|sd[a-z]+|mmcblk|usb)[0-9:]*|block|tty|sound|video4linux|input|scsi_.*");

    private final SysFiles sys;

    StableName(SysFiles sys) {
        this.sys = sys;
    }

    /** @param real path of the device below sysfs */
    String of(String real) {
        String[] parts = real.split("/");
        // Each second, for each device: what isn't USB isn't asked for what only USB has.
        for (int length = real.contains("/usb") ? parts.length : 0; length > 0; length--) {
            Path ancestor = sys.path(String.join("/", List.of(parts).subList(0, length)));
            String vendor = sys.text(ancestor.resolve("idVendor"));
            String serial = vendor.isEmpty() ? "" : sys.text(ancestor.resolve("serial"));
            if (!serial.isEmpty()) {
                return "usb " + vendor + ":" + sys.text(ancestor.resolve("idProduct")) + ":" + serial + " "
                        + place(List.of(parts).subList(length, parts.length));
            }
        }
        return "at " + place(List.of(parts));
    }

    private static String place(List<String> parts) {
        List<String> kept = new ArrayList<>();
        for (String part : parts) {
            Matcher usb = USB_INTERFACE.matcher(part);
            Matcher unit = SCSI_UNIT.matcher(part);
            if (usb.matches()) {
                kept.add(part);
            } else if (unit.matches()) {
                kept.add(unit.group(1));
            } else if (!VOLATILE.matcher(part).matches()) {
                kept.add(part);
            }
        }
        return String.join("/", kept);
    }

    static String ofImage(Path image) {
        return "image " + image;
    }

    static DeviceId id(DeviceKind kind, String stable) {
        return new DeviceId(kind.text() + "-" + Digest.ofText(stable).hex().substring(0, DIGITS));
    }
}
