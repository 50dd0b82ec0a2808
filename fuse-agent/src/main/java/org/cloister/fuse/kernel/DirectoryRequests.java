package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Stat;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.UnionReader;

/** Requests about directories. Where a listing goes on is in the request, so that nothing is remembered of an open one. */
final class DirectoryRequests {
    private static final MemoryIO MEMORY = Native.MEMORY;

    private final UnionReader reader;
    private final UnionContent content;
    private final Lookups lookups;
    private final PassedFiles passed;

    DirectoryRequests(UnionReader reader, UnionContent content, Lookups lookups, PassedFiles passed) {
        this.passed = passed;
        this.reader = reader;
        this.content = content;
        this.lookups = lookups;
    }

    void open(Exchange x) {
        Status status = reader.describe(x.request.node(), x.stat);
        if (status == Status.OK) {
            x.answer.opened(0);
        } else {
            x.answer.status(status);
        }
    }

    void list(Exchange x) {
        list(x, new Names(x));
    }

    void listWithAttributes(Exchange x) {
        list(x, new NamesAndAttributes(x));
    }

    private void list(Exchange x, Filled filled) {
        Status status = reader.list(x.request.node(), x.request.quad(8), x.stat, filled);
        if (status == Status.OK) {
            x.answer.send((int) (filled.at - x.answer.body()));
        } else {
            x.answer.status(status);
        }
    }

    void sync(Exchange x) {
        x.willWait();
        try {
            content.syncNames(x.request.node());
            x.answer.status(Status.OK);
        } catch (BackingFailure failure) {
            x.answer.status(failure.status());
        }
    }

    private abstract static class Filled implements UnionReader.Listing {
        long at;
        final long end;

        Filled(Exchange x) {
            long size = Integer.toUnsignedLong(x.request.word(16));
            at = x.answer.body();
            end = at + Math.min(size, x.answer.capacity());
        }
    }

    private static final class Names extends Filled {
        Names(Exchange x) {
            super(x);
        }

        @Override
        public boolean take(String name, Stat stat, long cookie) {
            if (at + EntryLayout.direntSize(name) > end) {
                return false;
            }
            at += EntryLayout.dirent(at, name, stat, cookie);
            return true;
        }
    }

    /**
     * Each entry counts as a lookup, but for the two that lead up and nowhere, of which the kernel wants no more, and for files with holes
     * or that are written past us: to say how many blocks they take would mean I/O under a lock, so they are looked up.
     */
    private final class NamesAndAttributes extends Filled {
        NamesAndAttributes(Exchange x) {
            super(x);
        }

        @Override
        public boolean take(String name, Stat stat, long cookie) {
            if (at + EntryLayout.ENTRY + EntryLayout.direntSize(name) > end) {
                return false;
            }
            if (stat.sparse || passed.isPassed(stat.node) || name.equals(".") || name.equals("..")) {
                MEMORY.setMemory(at, EntryLayout.ENTRY, (byte) 0);
            } else {
                lookups.add(stat.node);
                EntryLayout.entry(at, stat, EntryLayout.blocks(stat.size));
            }
            at += EntryLayout.ENTRY;
            at += EntryLayout.dirent(at, name, stat, cookie);
            return true;
        }
    }
}
