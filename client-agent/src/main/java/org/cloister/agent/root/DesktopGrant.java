package org.cloister.agent.root;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.cloister.events.DesktopDevices;
import org.cloister.events.DeviceId;
import org.cloister.events.RootName;
import org.cloister.events.ScreenSize;

/**
 * What a root was granted of a desktop, in the words of {@code bin/desktop} and {@code bin/guest} (docs/protocol.md, "Display and sound").
 *
 * @param display {@code shared}, the size of a screen of its own, or empty for none
 */
public record DesktopGrant(String display, boolean sound) {
    public static final DesktopGrant NONE = new DesktopGrant("", false);

    private static final String SHARED = "shared";

    /** What of {@code devices} is of a desktop. */
    public static DesktopGrant of(Collection<DeviceId> devices) {
        String display = "";
        for (DeviceId device : devices) {
            ScreenSize size = DesktopDevices.size(device);
            if (size != null) {
                display = size.toString();
            } else if (device.equals(DesktopDevices.DISPLAY)) {
                display = SHARED;
            }
        }
        return new DesktopGrant(display, devices.contains(DesktopDevices.SOUND));
    }

    /** Empty where nothing was granted. */
    public List<String> options() {
        List<String> options = new ArrayList<>();
        if (!display.isEmpty()) {
            options.addAll(List.of("--display", display));
        }
        if (sound) {
            options.add("--sound");
        }
        return options;
    }

    /**
     * The call of {@code bin/desktop}, without its program.
     *
     * @param tag tells this agent's roots from another's
     */
    List<String> call(RootName root, String tag) {
        List<String> options = options();
        if (options.isEmpty()) {
            return List.of();
        }
        List<String> call = new ArrayList<>(List.of("--root", root.text(), "--tag", tag));
        call.addAll(options);
        call.add("--");
        return call;
    }
}
