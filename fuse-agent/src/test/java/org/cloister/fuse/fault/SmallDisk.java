package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cloister.fuse.mount.Native;
import org.junit.jupiter.api.Assumptions;

/** A disk of some MiB, which others fill. Only for root. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    private static final int SMALL = 512;

    private final Path mount;

    private SmallDisk(Path mount) {
        this.mount = mount;
    }

    static SmallDisk ext4(Path directory, int mebibytes) throws IOException, InterruptedException {
        Path image = directory.resolve("disk.image");
        Path mount = prepare(directory);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        run("mkfs.ext4", "-q", "-m", "0", image.toString());
        int result = status("mount", "-o", "loop", image.toString(), mount.toString());
        Assumptions.assumeTrue(result == 0, "skipped: this machine has no loop devices to be used");
        return new SmallDisk(mount);
    }

    static SmallDisk tmpfs(Path directory, int mebibytes) throws IOException, InterruptedException {
        Path mount = prepare(directory);
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mount.toString());
        return new SmallDisk(mount);
    }

    private static Path prepare(Path directory) throws IOException {
        Assumptions.assumeTrue(Native.load().libc().getuid() == 0, "skipped: only root can mount a disk");
        return Files.createDirectories(directory.resolve("disk"));
    }

    private static int status(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    Path directory() {
        return mount;
    }

    /** Somebody else takes room until {@code left} bytes are left. */
    void fillTo(long left) throws IOException, InterruptedException {
        long bytes = mount.toFile().getUsableSpace() - left;
        run("fallocate", "-l", Long.toString(bytes), mount.resolve("filler").toString());
    }

    /** Somebody else takes all that is left, to the last byte. */
    void fill() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(mount.resolve("filler").toFile(), "rw")) {
            file.seek(file.length());
            for (int block = BLOCK; block >= SMALL; ) {
                try {
                    file.write(new byte[block]);
                } catch (IOException full) {
                    block /= 2;
                }
            }
        }
    }

    /** ... and gives it back. */
    void empty() throws IOException {
        Files.delete(mount.resolve("filler"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "-l", mount.toString());
    }
}
