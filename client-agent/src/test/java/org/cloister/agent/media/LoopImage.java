package org.cloister.agent.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.device.DeviceNode;
import org.cloister.agent.device.HostDevice;
import org.cloister.agent.network.Programs;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;

/** An image behind a real loop device that can only be read. */
final class LoopImage implements AutoCloseable {
    private static final int LOOP_MAJOR = 7;
    private final String device;

    LoopImage(Path image) throws IOException {
        device = Programs.run("", "losetup", "--find", "--show", "--read-only", image.toString())
                .strip();
    }

    /** Another image in the same drive. */
    void change(Path image) throws IOException {
        close();
        Programs.run("", "losetup", "--read-only", device, image.toString());
    }

    HostDevice as(DeviceKind kind) {
        String name = device.substring("/dev/".length());
        int minor = Integer.parseInt(name.substring("loop".length()));
        DeviceNode node = new DeviceNode(true, name, LOOP_MAJOR, minor, 0660, 0, 6);
        return new HostDevice(new DeviceId(kind.text() + "-" + minor), kind, "image", List.of(node));
    }

    @Override
    public void close() throws IOException {
        Programs.run("", "losetup", "--detach", device);
    }

    /** An ext4 file system with one file. */
    static Path ext4(Path directory, String label, String text) throws IOException {
        Path content = Files.createDirectories(directory.resolve(label + ".d"));
        Files.writeString(content.resolve("readme.txt"), text);
        Path image = directory.resolve(label + ".img");
        Programs.run("", "mke2fs", "-q", "-t", "ext4", "-L", label, "-d", content.toString(), image.toString(), "1M");
        return image;
    }
}
