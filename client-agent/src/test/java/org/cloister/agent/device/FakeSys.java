package org.cloister.agent.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A made-up sysfs in a directory. */
final class FakeSys {
    final Path top;

    FakeSys(Path top) throws IOException {
        this.top = Files.createDirectories(top);
    }

    /** A device at {@code path} below {@code devices}, linked from its class. */
    FakeSys device(String type, String path, String numbers) throws IOException {
        Path device = Files.createDirectories(top.resolve("devices").resolve(path));
        Path entry = top.resolve("class").resolve(type).resolve(device.getFileName());
        Files.createDirectories(entry.getParent());
        Files.createSymbolicLink(entry, device);
        return numbers.isEmpty() ? this : attribute(path + "/dev", numbers + "\n");
    }

    FakeSys attribute(String path, String text) throws IOException {
        return attribute(path, text.getBytes(StandardCharsets.UTF_8));
    }

    FakeSys attribute(String path, byte[] bytes) throws IOException {
        Path file = top.resolve("devices").resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return this;
    }

    /** An optical drive, wherever the kernel happened to count it. */
    FakeSys drive(String name, int host) throws IOException {
        String unit = "pci0000:00/0000:00:1f.2/ata2/host" + host + "/target" + host + ":0:0/" + host + ":0:0:0";
        device("block", unit + "/block/" + name, "11:" + name.substring(2));
        String own = unit + "/block/" + name;
        Files.createSymbolicLink(top.resolve("devices").resolve(own).resolve("device"), top.resolve("devices/" + unit));
        return attribute(unit + "/vendor", "QEMU    \n")
                .attribute(unit + "/model", "QEMU DVD-ROM    \n")
                .attribute(unit + "/scsi_generic/sg0/dev", "21:0\n");
    }
}
