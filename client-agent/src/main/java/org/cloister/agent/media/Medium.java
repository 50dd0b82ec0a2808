package org.cloister.agent.media;

import org.cloister.agent.device.DeviceNode;
import org.cloister.events.DeviceKind;

/**
 * A file system on a device.
 *
 * @param type as mount(8) knows it
 * @param label what it calls itself: foreign bytes
 */
record Medium(DeviceKind kind, DeviceNode node, String type, String label) {}
