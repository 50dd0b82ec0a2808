package org.cloister.repo.deb;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.cloister.events.layer.EntryType;
import org.cloister.repo.artifact.ArchiveEntry;
import org.cloister.repo.artifact.ArchiveInput;
import org.cloister.repo.artifact.ArchiveName;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A tar archive, entry by entry, in bounded memory. Our own because a layer must not depend on a guess: a library that
 * replaces bytes that aren't UTF-8, overlooks a wrong checksum or reads a long name of any length hides what is refused here.
 */
final class TarReader {
    /** GNU long names and links end with a zero byte. */
    private static final int MAX_LONG_NAME = 4097;

    private static final int MAX_EXTENDED_HEADER = 1024 * 1024;

    private final ArchiveInput in;
    private PaxRecords global = PaxRecords.NONE;
    private long padding;

    TarReader(InputStream in) {
        this.in = new ArchiveInput(in, "the tar archive ends within an entry");
    }

    /** The next entry, or null at the end mark; what was left of the last one's content is skipped. */
    @Nullable
    ArchiveEntry next() throws IOException {
        PaxRecords own = global;
        byte[] longName = null;
        byte[] longLink = null;
        while (true) {
            TarHeader header = header();
            if (header == null) {
                if (own != global || longName != null || longLink != null) {
                    throw new RefusedException(Refusal.CORRUPT_TAR, "an extended header without an entry");
                }
                return null;
            }
            switch (header.type()) {
                case 'L' -> longName = longText(header);
                case 'K' -> longLink = longText(header);
                case 'x' -> own = own.with(content(header, MAX_EXTENDED_HEADER, Refusal.CORRUPT_TAR));
                case 'g' -> {
                    global = global.with(content(header, MAX_EXTENDED_HEADER, Refusal.CORRUPT_TAR));
                    own = global;
                }
                default -> {
                    return entry(header, own, longName, longLink);
                }
            }
        }
    }

    private @Nullable TarHeader header() throws IOException {
        in.end();
        in.skip(padding);
        padding = 0;
        byte[] block = in.upTo(TarHeader.SIZE);
        if (block.length < TarHeader.SIZE) {
            throw new RefusedException(Refusal.TRUNCATED, "the tar archive ends without its end mark");
        }
        TarHeader header = new TarHeader(block);
        if (header.isZero()) {
            return null;
        }
        header.check();
        return header;
    }

    private byte[] content(TarHeader header, int limit, Refusal beyond) throws IOException {
        long size = header.size();
        if (size < 0 || size > limit) {
            throw new RefusedException(beyond, "an extended tar header of " + size + " bytes");
        }
        begin(size);
        return in.content().readNBytes((int) size);
    }

    private byte[] longText(TarHeader header) throws IOException {
        byte[] bytes = content(header, MAX_LONG_NAME, Refusal.BAD_NAME);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }

    private void begin(long size) {
        in.begin(size);
        padding = (TarHeader.SIZE - size % TarHeader.SIZE) % TarHeader.SIZE;
    }

    private ArchiveEntry entry(TarHeader header, PaxRecords pax, byte @Nullable [] longName, byte @Nullable [] longLink)
            throws IOException {
        byte[] name = first(pax.bytes("path"), longName, header.name());
        byte[] link = first(pax.bytes("linkpath"), longLink, header.link());
        EntryType type = type(header, name, pax);
        long size = type == EntryType.FILE ? pax.number("size", header.size()) : 0;
        if (size < 0) {
            throw new RefusedException(Refusal.CORRUPT_TAR, "a negative size");
        }
        begin(size);
        return new ArchiveEntry(
                type,
                ArchiveName.clean(name),
                argument(type, header, link),
                header.mode(),
                owner(pax.number("uid", header.uid())),
                owner(pax.number("gid", header.gid())),
                pax.mtime(header.mtime()),
                size,
                type == EntryType.HARD_LINK ? Map.of() : pax.xattrs());
    }

    private static byte[] first(byte @Nullable [] pax, byte @Nullable [] gnu, byte[] header) {
        return pax != null ? pax : gnu != null ? gnu : header;
    }

    private static EntryType type(TarHeader header, byte[] name, PaxRecords pax) throws RefusedException {
        if (pax.isSparse()) {
            throw new RefusedException(Refusal.UNSUPPORTED_ENTRY, "a sparse file");
        }
        boolean slash = name.length > 0 && name[name.length - 1] == '/';
        return switch (header.type()) {
            case '\0', '0', '7' -> slash ? EntryType.DIRECTORY : EntryType.FILE;
            case '1' -> EntryType.HARD_LINK;
            case '2' -> EntryType.SYMLINK;
            case '3' -> EntryType.CHARACTER_DEVICE;
            case '4' -> EntryType.BLOCK_DEVICE;
            case '5' -> EntryType.DIRECTORY;
            case '6' -> EntryType.FIFO;
            default ->
                throw new RefusedException(Refusal.UNSUPPORTED_ENTRY, "a tar entry of type " + (int) header.type());
        };
    }

    private static String argument(EntryType type, TarHeader header, byte[] link) throws RefusedException {
        return switch (type) {
            case SYMLINK -> target(link);
            case HARD_LINK -> ArchiveName.clean(link);
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                ArchiveEntry.device(type, device(header.major()), device(header.minor()));
            default -> "";
        };
    }

    private static String target(byte[] link) throws RefusedException {
        String target = ArchiveName.text(link);
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw new RefusedException(Refusal.BAD_NAME, "a symbolic link without a target");
        }
        return target;
    }

    /** Linux has 12 bits of major and 20 of minor numbers. */
    private static long device(long number) throws RefusedException {
        if (number < 0 || number >= 1 << 20) {
            throw new RefusedException(Refusal.CORRUPT_TAR, "a device number out of range: " + number);
        }
        return number;
    }

    private static int owner(long id) throws RefusedException {
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw new RefusedException(Refusal.CORRUPT_TAR, "an owner out of range: " + id);
        }
        return (int) id;
    }

    /** The current entry's content; reading past a cut is refused. */
    InputStream content() {
        return in.content();
    }
}
