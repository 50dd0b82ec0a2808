package org.cloister.agent.device;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.cloister.agent.network.Programs;
import org.cloister.agent.store.Durability;
import org.cloister.events.DeviceKind;
import org.jspecify.annotations.Nullable;

/**
 * Images that stand for devices, each behind a loop device that can only be read (losetup(8)). Which ones is kept in a file, so that they are
 * there again after the machine was started. Thread-safe.
 */
public final class Images {
    /** As many as a machine has loop devices for. */
    static final int MAX_IMAGES = 16;

    /** ISO 9660, section 8: the first volume descriptor is in sector 16 and names the standard in bytes 1 to 5. */
    private static final long STANDARD_AT = 16 * 2048 + 1L;

    /** ISO 9660 and UDF (ECMA-167, part 2, section 9). */
    private static final List<String> STANDARDS = List.of("CD001", "BEA01", "NSR02", "NSR03");

    private static final int STANDARD_LENGTH = 5;
    /** What the kernel says after the name of a file that is gone (proc_pid_fd(5)); its loop device still keeps the room on the disk. */
    private static final String DELETED = " (deleted)";

    private static final Pattern LOOP = Pattern.compile("loop[0-9]+");

    private final Path list;
    private final SysFiles sys;

    /** @param list the file that names them */
    public Images(Path list, Path sys) {
        this.list = list;
        this.sys = new SysFiles(sys);
    }

    /** The images and what each stands for, in the order in which they were attached. */
    public synchronized Map<Path, DeviceKind> all() throws IOException {
        Map<Path, DeviceKind> images = new LinkedHashMap<>();
        for (Path image : read()) {
            images.put(image, kind(image));
        }
        return images;
    }

    private List<Path> read() throws IOException {
        try {
            return Files.readAllLines(list).stream().map(Path::of).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (InvalidPathException | CharacterCodingException e) {
            throw new IOException(list + " can't be understood; delete it and attach the images again", e);
        }
    }

    private static DeviceKind kind(Path image) {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            byte[] standard = new byte[STANDARD_LENGTH];
            file.seek(STANDARD_AT);
            file.readFully(standard);
            return STANDARDS.contains(new String(standard, StandardCharsets.ISO_8859_1))
                    ? DeviceKind.OPTICAL
                    : DeviceKind.DISK;
        } catch (IOException e) {
            return DeviceKind.DISK;
        }
    }

    /** Stands for a device from now on; nothing happens when it does already. @return the file, without links. @throws IOException saying why not */
    public synchronized Path attach(Path file) throws IOException {
        Path image = file.toRealPath();
        if (!Files.isRegularFile(image, LinkOption.NOFOLLOW_LINKS)
                || image.toString().contains("\n")) {
            throw new IOException(image + " is no file with an image");
        }
        if (Files.size(image) == 0) {
            throw new IOException(image + " is empty");
        }
        List<Path> images = new ArrayList<>(read());
        if (!images.contains(image)) {
            if (images.size() >= MAX_IMAGES) {
                throw new IOException(MAX_IMAGES + " images are attached, which is the limit; detach one");
            }
            images.add(image);
        }
        loop(image);
        write(images);
        return image;
    }

    /** Stands for a device no longer. @return false if it didn't */
    public synchronized boolean detach(Path image) throws IOException {
        List<Path> images = new ArrayList<>(read());
        if (!images.remove(image)) {
            return false;
        }
        write(images);
        free(image);
        return true;
    }

    /** Gives the loop devices back; {@link #restore} takes some again. */
    synchronized void rest() throws IOException {
        for (Path image : read()) {
            free(image);
        }
    }

    /** Who has the loop device open keeps it until it is closed (LO_FLAGS_AUTOCLEAR). */
    private void free(Path image) throws IOException {
        for (Path name : List.of(image, Path.of(image + DELETED))) {
            String loop = loopOf(name);
            if (loop != null) {
                Programs.run("", "losetup", "--detach", "/dev/" + loop);
            }
        }
    }

    /** Gives those a loop device that have none, as after a start of the machine. @return what is in the way, or null */
    synchronized @Nullable String restore() throws IOException {
        String problem = null;
        for (Path image : read()) {
            try {
                loop(image);
            } catch (IOException e) {
                problem = "image " + image + ": " + e.getMessage();
            }
        }
        return problem;
    }

    private void loop(Path image) throws IOException {
        if (!Files.isReadable(image)) {
            throw new NoSuchFileException(image.toString(), null, "the image is gone; detach it, or put it back");
        }
        if (loopOf(image) == null) {
            Programs.run("", "losetup", "--find", "--read-only", image.toString());
        }
    }

    private @Nullable String loopOf(Path image) {
        Path blocks = sys.path("class/block");
        return sys.names(blocks, LOOP).stream()
                .filter(name -> sys.imageOf(blocks.resolve(name)).equals(image.toString()))
                .findFirst()
                .orElse(null);
    }

    private void write(List<Path> images) throws IOException {
        StringBuilder text = new StringBuilder();
        images.forEach(image -> text.append(image).append('\n'));
        Durability.writeAtomically(list, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
