package org.cloister.agent.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.cloister.agent.device.DeviceNode;
import org.cloister.agent.network.Programs;
import org.cloister.agent.root.SystemCallFilter;
import org.cloister.events.RootName;

/**
 * A directory for each root, in a memory file system whose mounts are shared: what is mounted there appears in the mount namespace of every program
 * that was started with that directory (mount_namespaces(7)), and goes again with the last unmounting here. Everything in it is this agent's. One
 * thread, unless said otherwise.
 */
final class MediaMounts {
    /** Of the memory file system: it has directories and links only. */
    private static final String SIZE = "size=1m,nr_inodes=4096,mode=0755";

    /** Nothing on a medium is run, opened as a device or believed to be another user's (mount(8)). */
    private static final String SAFE = "ro,nosuid,nodev,noexec";

    private static final Path KERNEL_TYPES = Path.of("/proc/filesystems");
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final String ISO_9660 = "iso9660";

    private final Path top;
    private final Path filters;

    /** @param filters where the files of {@link SystemCallFilter} are */
    MediaMounts(Path top, Path filters) {
        this.top = top;
        this.filters = filters;
    }

    Path directory(RootName root) {
        return top.resolve(root.text());
    }

    /** The memory file system is there, and nothing is mounted in it. What an agent before this one left is taken away. */
    void prepare() throws IOException {
        Files.createDirectories(top);
        boolean isThere = false;
        for (Path point : MountPoints.below(top, MOUNTINFO)) {
            if (point.equals(top)) {
                isThere = true;
            } else {
                unmount(point);
            }
        }
        if (!isThere) {
            Programs.run(
                    "", "mount", "-t", "tmpfs", "-o", "nosuid,nodev,noexec," + SIZE, "cloister-media", top.toString());
            // Not of the group that the place belongs to: what is mounted here is nobody's but the roots'.
            Programs.run("", "mount", "--make-private", top.toString());
            Programs.run("", "mount", "--make-shared", top.toString());
        }
        try (Stream<Path> roots = Files.list(top)) {
            for (Path root : roots.toList()) {
                clear(root);
            }
        }
    }

    /** These have a directory, and what is left of others goes, unless something is mounted in it. Thread-safe. */
    void update(Set<RootName> roots) throws IOException {
        for (RootName root : roots) {
            Files.createDirectories(directory(root));
        }
        try (Stream<Path> present = Files.list(top)) {
            for (Path directory : present.toList()) {
                if (!roots.contains(new RootName(directory.getFileName().toString()))) {
                    deleteIfEmpty(directory);
                }
            }
        }
    }

    private static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.delete(directory);
        } catch (DirectoryNotEmptyException e) {
            // Its device was just taken away; the next change takes it.
        }
    }

    private static void clear(Path root) throws IOException {
        try (Stream<Path> left = Files.list(root)) {
            for (Path entry : left.toList()) {
                Files.delete(entry);
            }
        }
    }

    void unmountAll() throws IOException {
        for (Path point : MountPoints.below(top, MOUNTINFO)) {
            unmount(point);
        }
    }

    /** Those who have something open on it keep that until they close it. */
    private static void unmount(Path point) throws IOException {
        Programs.run("", "umount", "--no-canonicalize", "--internal-only", "--lazy", point.toString());
    }

    /** @throws IOException saying why it can't be shown */
    void show(RootName root, String name, MediaTree.Place place) throws IOException {
        Path at = directory(root).resolve(name);
        if (place instanceof MediaTree.Link link) {
            Files.createSymbolicLink(at, Path.of(link.target()));
        } else if (place instanceof MediaTree.Mounted mounted) {
            Files.createDirectory(at);
            try {
                mount(mounted.medium(), at);
            } catch (IOException e) {
                Files.delete(at);
                throw e;
            }
        }
    }

    /** Shows it no longer; nothing happens if it isn't shown. */
    void hide(RootName root, String name) throws IOException {
        Path at = directory(root).resolve(name);
        for (Path point : MountPoints.below(at, MOUNTINFO)) {
            unmount(point);
        }
        Files.deleteIfExists(at);
    }

    private void mount(Medium medium, Path at) throws IOException {
        String device = device(medium.node());
        try {
            Programs.run(
                    "",
                    "mount",
                    "--internal-only",
                    "-t",
                    medium.type(),
                    "-o",
                    options(medium.type()),
                    device,
                    at.toString());
        } catch (IOException e) {
            if (isKnown(medium.type())) {
                throw e;
            }
            mountWithoutKernel(medium.type(), device, at);
        }
    }

    /** A node of the host that stands for something else by now isn't mounted. */
    private static String device(DeviceNode node) throws IOException {
        Path device = Path.of("/dev").resolve(node.path());
        // makedev(3)
        long numbers = (long) node.major() << 8 | node.minor() & 0xFF | (node.minor() & 0xFFF00L) << 12;
        if (!Files.getAttribute(device, "unix:rdev", LinkOption.NOFOLLOW_LINKS).equals(numbers)) {
            throw new IOException(device + " is another device by now");
        }
        return device.toString();
    }

    /** FAT knows no owners and modes: everybody in the root may read it. */
    private static String options(String type) {
        return SAFE + (List.of("vfat", "exfat").contains(type) ? ",umask=022" : "");
    }

    private static boolean isKnown(String type) throws IOException {
        return Files.readString(KERNEL_TYPES, StandardCharsets.US_ASCII)
                .lines()
                .anyMatch(line -> line.strip().equals(type));
    }

    private void mountWithoutKernel(String type, String device, Path at) throws IOException {
        if (!type.equals(ISO_9660)) {
            throw new IOException("this machine's kernel knows no " + type + " (modprobe " + type + ")");
        }
        if (Programs.find("fuseiso").isEmpty()) {
            throw new IOException(
                    "this machine's kernel knows no iso9660 (modprobe isofs), and there is no fuseiso to do without (apt install fuseiso)");
        }
        try (InputStream script = Objects.requireNonNull(MediaMounts.class.getResourceAsStream("disc.pl"))) {
            Programs.run(
                    new String(script.readAllBytes(), StandardCharsets.UTF_8),
                    "perl",
                    "-",
                    device,
                    at.toString(),
                    SystemCallFilter.ROOT.in(filters).toString());
        } catch (IOException e) {
            for (Path point : MountPoints.below(at, MOUNTINFO)) {
                unmount(point);
            }
            throw e;
        }
    }
}
