package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.PageManager;

/** Memory that ends at a page which nobody may touch: reading beyond the end kills the process instead of going unseen. */
final class GuardedMemory {
    private static final MemoryIO MEMORY = MemoryIO.getInstance();
    private static final int PAGES = 4;

    private final long end;
    private final long size;

    GuardedMemory() {
        PageManager pages = PageManager.getInstance();
        size = PAGES * pages.pageSize();
        long start = pages.allocatePages(PAGES + 1, PageManager.PROT_READ | PageManager.PROT_WRITE);
        end = start + size;
        pages.protectPages(end, 1, 0);
    }

    int size() {
        return (int) size;
    }

    /** Where {@code bytes} stand, the last of them right before the guard. */
    long put(byte[] bytes) {
        long at = end - bytes.length;
        MEMORY.putByteArray(at, bytes, 0, bytes.length);
        return at;
    }
}
