package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import org.cloister.fuse.tree.Directory;
import org.cloister.fuse.tree.LongMap;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.UnionReader;
import org.jspecify.annotations.Nullable;

/**
 * Requests about open directories. A directory is listed when it is opened and again when it is read from the start, so
 * that offsets mean the same while somebody reads and deletes (POSIX readdir).
 */
final class DirectoryHandlers {
    private static final MemoryIO MEMORY = Native.MEMORY;
    /** {@code struct fuse_dirent}: ino, off, namelen, type, name padded to eight bytes. */
    private static final int DIRENT = 24;

    private static final int DOTS = 2;

    private static final class Open {
        Directory listing;

        Open(Directory listing) {
            this.listing = listing;
        }
    }

    private final LowLevelFuse fuse;
    private final Reply reply;
    private final Layouts layouts;
    private final UnionReader reader;
    private final UnionContent content;
    private final LongMap<Open> open = new LongMap<>();
    private long lastHandle;

    DirectoryHandlers(LowLevelFuse fuse, Reply reply, Layouts layouts, UnionReader reader, UnionContent content) {
        this.fuse = fuse;
        this.reply = reply;
        this.layouts = layouts;
        this.reader = reader;
        this.content = content;
    }

    void open(long request, long node, long fileInfo) {
        Directory listing = reader.list(node);
        if (listing == null) {
            reply.status(request, Status.STALE);
            return;
        }
        long handle = remember(new Open(listing));
        if (!reply.opened(request, fileInfo, handle)) {
            drop(handle);
        }
    }

    private synchronized long remember(Open directory) {
        open.put(++lastHandle, directory);
        return lastHandle;
    }

    private synchronized @Nullable Open find(long handle) {
        return open.get(handle);
    }

    private synchronized void drop(long handle) {
        open.remove(handle);
    }

    void read(long request, long node, long size, long offset, long fileInfo) {
        Open directory = find(layouts.handle(fileInfo));
        if (directory == null) {
            reply.status(request, Status.STALE);
            return;
        }
        if (offset == 0) {
            Directory again = reader.list(node);
            directory.listing = again == null ? directory.listing : again;
        }
        long buffer = reply.scratch().data;
        long length = fill(buffer, Math.min(size, Scratch.DATA), node, directory.listing, offset);
        fuse.fuse_reply_buf(request, buffer, length);
    }

    private static long fill(long buffer, long size, long node, Directory listing, long offset) {
        long at = buffer;
        long end = buffer + size;
        for (int i = (int) offset; i < listing.size() + DOTS; i++) {
            long next = i < DOTS
                    ? put(at, end, node, i + 1, i == 0 ? "." : "..", Mode.DIRECTORY)
                    : put(
                            at,
                            end,
                            UnionReader.listed(node, listing.local(i - DOTS)),
                            i + 1,
                            listing.name(i - DOTS),
                            listing.mode(i - DOTS));
            if (next < 0) {
                break;
            }
            at = next;
        }
        return at - buffer;
    }

    /** Where the next entry goes, or -1 when this one doesn't fit. */
    private static long put(long at, long end, long node, int nextOffset, String name, int mode) {
        int padded = DIRENT + (name.length() + 7 & ~7);
        if (at + padded > end) {
            return -1;
        }
        MEMORY.putLong(at, node);
        MEMORY.putLong(at + 8, nextOffset);
        MEMORY.putInt(at + 16, name.length());
        MEMORY.putInt(at + 20, Reply.direntType(mode));
        MEMORY.putLong(at + padded - 8, 0);
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        MEMORY.putByteArray(at + DIRENT, bytes, 0, bytes.length);
        return at + padded;
    }

    void release(long request, long node, long fileInfo) {
        drop(layouts.handle(fileInfo));
        reply.status(request, Status.OK);
    }

    void sync(long request, long node, int dataOnly, long fileInfo) {
        try {
            content.syncNames(node);
            reply.status(request, Status.OK);
        } catch (BackingFailure failure) {
            reply.status(request, failure.status());
        }
    }
}
