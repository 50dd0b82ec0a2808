package org.cloister.agent.device;

import java.nio.file.Path;
import java.util.Optional;

/** What sysfs says of the medium in a drive. */
public final class StorageGeneration {
    private final SysFiles sys;

    /** @param sys where sysfs is mounted */
    public StorageGeneration(Path sys) {
        this.sys = new SysFiles(sys);
    }

    /**
     * Another text for each medium that was in the drive since the machine was started, by the kernel's count of them ({@code diskseq}, sysfs-block in the
     * kernel's ABI documentation; since Linux 5.15) and its size. A kernel that doesn't ask drives itself counts none ({@code events_poll_msecs}). Empty:
     * there is no medium, or no such device.
     */
    public Optional<String> of(DeviceNode node) {
        Path device = sys.path("dev/block/" + node.major() + ":" + node.minor());
        String size = sys.text(device.resolve("size"));
        if (size.isEmpty() || size.equals("0")) {
            return Optional.empty();
        }
        String own = sys.text(device.resolve("diskseq"));
        // Of a partition it is its disk's, the directory above.
        Path disk = sys.path(sys.real(device)).resolve("../diskseq");
        return Optional.of((own.isEmpty() ? sys.text(disk) : own) + " " + size);
    }
}
