package org.cloister.agent.control;

import java.nio.file.Path;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;

/**
 * An image that stands for a device of this machine.
 *
 * @param node the host's node, below {@code /dev}
 */
public record AttachedImage(DeviceId device, DeviceKind kind, Path image, String node) {}
