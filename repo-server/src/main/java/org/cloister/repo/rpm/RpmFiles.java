package org.cloister.repo.rpm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.repo.artifact.ArchiveEntry;
import org.cloister.repo.artifact.ArchiveName;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;

/** The list of files in a header: a dozen arrays of one length each. */
final class RpmFiles {
    /** PGPHASHALGO_SHA256; older packages have MD5, which proves nothing. */
    private static final long SHA256 = 8;

    private static final int SHA256_HEX = 64;
    private static final int GHOST = 1 << 6;
    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");

    private final RpmHeader header;
    private final int count;
    private final long[] sizes;
    private final long[] modes;
    private final long[] devices;
    private final long[] times;
    private final long[] flags;
    private final long[] inodes;
    private final long[] hosts;
    private final List<String> users;
    private final List<String> groups;
    private final List<byte[]> targets;
    private final List<String> digests;
    private final List<String> capabilities;

    private RpmFiles(RpmHeader header, int count) throws RefusedException {
        this.header = header;
        this.count = count;
        sizes = numbers(header.has(RpmTag.LONG_FILE_SIZES) ? RpmTag.LONG_FILE_SIZES : RpmTag.FILE_SIZES, true);
        modes = numbers(RpmTag.FILE_MODES, true);
        devices = numbers(RpmTag.FILE_RDEVS, false);
        times = numbers(RpmTag.FILE_MTIMES, true);
        flags = numbers(RpmTag.FILE_FLAGS, false);
        inodes = numbers(RpmTag.FILE_INODES, false);
        hosts = numbers(RpmTag.FILE_DEVICES, false);
        users = texts(RpmTag.FILE_USER_NAME, "root");
        groups = texts(RpmTag.FILE_GROUP_NAME, "root");
        boolean sha256 = header.number(RpmTag.FILE_DIGEST_ALGORITHM, 1) == SHA256;
        digests = sha256 ? texts(RpmTag.FILE_DIGESTS, "") : java.util.Collections.nCopies(count, "");
        capabilities = texts(RpmTag.FILE_CAPS, "");
        targets = header.byteStrings(RpmTag.FILE_LINK_TOS);
        if (!targets.isEmpty() && targets.size() != count) {
            throw uneven(RpmTag.FILE_LINK_TOS);
        }
    }

    static List<RpmFile> of(RpmHeader header, ImportLimits limits) throws RefusedException {
        List<byte[]> paths = paths(header, limits);
        RpmFiles files = new RpmFiles(header, paths.size());
        List<RpmFile> all = new ArrayList<>(paths.size());
        for (int i = 0; i < paths.size(); i++) {
            all.add(files.file(i, paths.get(i)));
        }
        return all;
    }

    private static List<byte[]> paths(RpmHeader header, ImportLimits limits) throws RefusedException {
        List<byte[]> names = header.byteStrings(RpmTag.BASE_NAMES);
        if (names.isEmpty()) {
            return limited(header.byteStrings(RpmTag.OLD_FILE_NAMES), limits);
        }
        limited(names, limits);
        List<byte[]> directories = header.byteStrings(RpmTag.DIR_NAMES);
        long[] indexes = header.numbers(RpmTag.DIR_INDEXES);
        if (indexes.length != names.size()) {
            throw uneven(RpmTag.DIR_INDEXES);
        }
        List<byte[]> paths = new ArrayList<>(names.size());
        long bytes = 0;
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= directories.size()) {
                throw new RefusedException(Refusal.CORRUPT_HEADER, "a file of a directory that isn't in the list");
            }
            byte[] path = RpmHeader.joined(directories.get((int) indexes[i]), names.get(i));
            bytes += path.length;
            if (bytes > limits.nameBytes()) {
                throw new RefusedException(
                        Refusal.TOO_MANY_ENTRIES, "names of more than " + limits.nameBytes() + " bytes");
            }
            paths.add(path);
        }
        return paths;
    }

    private static List<byte[]> limited(List<byte[]> names, ImportLimits limits) throws RefusedException {
        if (names.size() > limits.entries()) {
            throw new RefusedException(Refusal.TOO_MANY_ENTRIES, "more than " + limits.entries() + " entries");
        }
        return names;
    }

    private long[] numbers(int tag, boolean required) throws RefusedException {
        long[] numbers = header.numbers(tag);
        if (numbers.length == count) {
            return numbers;
        }
        if (numbers.length > 0 || required) {
            throw uneven(tag);
        }
        return new long[count];
    }

    private List<String> texts(int tag, String otherwise) throws RefusedException {
        List<String> texts = header.texts(tag);
        if (texts.isEmpty()) {
            return java.util.Collections.nCopies(count, otherwise);
        }
        if (texts.size() != count) {
            throw uneven(tag);
        }
        return texts;
    }

    private static RefusedException uneven(int tag) {
        return new RefusedException(
                Refusal.CORRUPT_HEADER, "the list of files has more or fewer values of tag " + tag + " than names");
    }

    private RpmFile file(int i, byte[] path) throws RefusedException {
        EntryType type = type(modes[i]);
        String name = ArchiveName.clean(path);
        String capability = capabilities.get(i);
        ArchiveEntry entry = new ArchiveEntry(
                type,
                name,
                link(i, type),
                (int) modes[i] & 07777,
                0,
                0,
                new FileTime(times[i], 0),
                type == EntryType.FILE ? size(i) : 0,
                capability.isEmpty() ? Map.of() : FileCapabilities.xattr(capability));
        RpmFile.Inode inode = inodes[i] == 0 || type != EntryType.FILE
                ? new RpmFile.Inode(-1, i)
                : new RpmFile.Inode(hosts[i], inodes[i]);
        String digest = type == EntryType.FILE && digests.get(i).length() == SHA256_HEX ? digests.get(i) : "";
        return new RpmFile(entry, owner(users.get(i)), owner(groups.get(i)), inode, digest, (flags[i] & GHOST) != 0);
    }

    private long size(int i) throws RefusedException {
        if (sizes[i] < 0) {
            throw new RefusedException(Refusal.CORRUPT_HEADER, "a negative size");
        }
        return sizes[i];
    }

    /** inode(7). */
    private static EntryType type(long mode) throws RefusedException {
        return switch ((int) mode & 0170000) {
            case 0100000 -> EntryType.FILE;
            case 0040000 -> EntryType.DIRECTORY;
            case 0120000 -> EntryType.SYMLINK;
            case 0020000 -> EntryType.CHARACTER_DEVICE;
            case 0060000 -> EntryType.BLOCK_DEVICE;
            case 0010000 -> EntryType.FIFO;
            default ->
                throw new RefusedException(Refusal.UNSUPPORTED_ENTRY, "a file of mode " + Long.toOctalString(mode));
        };
    }

    private String link(int i, EntryType type) throws RefusedException {
        return switch (type) {
            case SYMLINK -> {
                String target = targets.isEmpty() ? "" : ArchiveName.text(targets.get(i));
                if (target.isEmpty()) {
                    throw new RefusedException(Refusal.BAD_NAME, "a symbolic link without a target");
                }
                yield target;
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE -> ArchiveEntry.device(type, devices[i] >> 8 & 0xff, devices[i] & 0xff);
            default -> "";
        };
    }

    private static String owner(String name) throws RefusedException {
        if (!OWNER.matcher(name).matches()) {
            throw new RefusedException(Refusal.BAD_CONTROL, "a file's owner can't be called so: " + printable(name));
        }
        return name;
    }

    private static String printable(String text) {
        return new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)
                .replaceAll("[^!-~]", "?");
    }

    /** The names of each file that has several, in the list's order; what isn't shipped isn't in it. */
    static Map<RpmFile.Inode, List<RpmFile>> byInode(List<RpmFile> files) {
        Map<RpmFile.Inode, List<RpmFile>> names = new HashMap<>();
        for (RpmFile file : files) {
            if (!file.ghost()) {
                names.computeIfAbsent(file.inode(), any -> new ArrayList<>(1)).add(file);
            }
        }
        return names;
    }
}
