package org.cloister.agent.device;

/**
 * A node of the host's {@code /dev}.
 *
 * @param block otherwise it is a character device
 * @param path below {@code /dev}
 * @param mode permission bits
 */
public record DeviceNode(boolean block, String path, int major, int minor, int mode, int uid, int gid) {
    DeviceNode at(String other) {
        return new DeviceNode(block, other, major, minor, mode, uid, gid);
    }
}
