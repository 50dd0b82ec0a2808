package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.util.EnumSet;
import java.util.Set;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.session.SessionMemory.Word;

/**
 * What was agreed at INIT. It holds for as long as the connection lives.
 *
 * @param minor the kernel's; ours where that is lower
 */
record Negotiation(int minor, Set<Feature> agreed, int maxReadahead, int maxWrite) {
    static final int MAJOR = 7;
    /** Since 7.23 answers to INIT have their present size (Linux 3.15). */
    static final int OLDEST_MINOR = 23;

    /** Structures used here are those of 7.40 (Linux 6.9). */
    private static final int OUR_MINOR = 40;
    /** Backing files lie on no other stacked file system. */
    private static final int STACK_DEPTH = 1;

    private static final int PAGE = 4096;
    private static final int MANY_PAGES = 256;
    private static final int FEW_PAGES = 32;
    private static final int INIT_OUT = 64;
    /**
     * What the kernel asks of its own accord: all that goes through its cache. Fewer than there may be workers: where a disk does not answer, some
     * are left for what needs none.
     */
    static final int MAX_BACKGROUND = 48;

    private static final int CONGESTION = 36;
    private static final MemoryIO MEMORY = Native.MEMORY;

    /** Features that the kernel offers and that are {@code wanted}. */
    static Negotiation of(int kernelMinor, long offered, int readahead, Set<Feature> wanted) {
        Set<Feature> agreed = EnumSet.noneOf(Feature.class);
        for (Feature feature : wanted) {
            if ((offered & feature.bit()) == feature.bit()) {
                agreed.add(feature);
            }
        }
        if (agreed.contains(Feature.NO_OPEN) || agreed.contains(Feature.WRITEBACK_CACHE)) {
            agreed.remove(Feature.PASSTHROUGH);
        }
        int pages = agreed.contains(Feature.MAX_PAGES) ? MANY_PAGES : FEW_PAGES;
        return new Negotiation(Math.min(kernelMinor, OUR_MINOR), agreed, readahead, pages * PAGE);
    }

    /** Of the largest request that can come: also without MAX_PAGES, because we say so before we know. */
    static int largestData() {
        return MANY_PAGES * PAGE;
    }

    /** For a successor. */
    void record(SessionMemory memory) {
        memory.set(Word.MINOR, minor);
        memory.set(Word.FEATURES, flags());
        memory.set(Word.MAX_READAHEAD, maxReadahead);
        memory.set(Word.MAX_WRITE, maxWrite);
    }

    /** What a predecessor agreed on. */
    static Negotiation recorded(SessionMemory memory) {
        Set<Feature> agreed = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if ((memory.get(Word.FEATURES) & feature.bit()) == feature.bit()) {
                agreed.add(feature);
            }
        }
        return new Negotiation((int) memory.get(Word.MINOR), agreed, (int) memory.get(Word.MAX_READAHEAD), (int)
                memory.get(Word.MAX_WRITE));
    }

    private long flags() {
        long flags = 0;
        for (Feature feature : agreed) {
            flags |= feature.bit();
        }
        return flags;
    }

    boolean has(Feature feature) {
        return agreed.contains(feature);
    }

    /** {@code struct fuse_init_out}; gives its size. */
    int write(long at) {
        long flags = flags();
        MEMORY.setMemory(at, INIT_OUT, (byte) 0);
        MEMORY.putInt(at, MAJOR);
        MEMORY.putInt(at + 4, minor);
        MEMORY.putInt(at + 8, maxReadahead);
        MEMORY.putInt(at + 12, (int) flags);
        MEMORY.putShort(at + 16, (short) MAX_BACKGROUND);
        MEMORY.putShort(at + 18, (short) CONGESTION);
        MEMORY.putInt(at + 20, maxWrite);
        MEMORY.putInt(at + 24, 1);
        MEMORY.putShort(at + 28, (short) (maxWrite / PAGE));
        MEMORY.putInt(at + 32, (int) (flags >>> 32));
        MEMORY.putInt(at + 36, has(Feature.PASSTHROUGH) ? STACK_DEPTH : 0);
        return INIT_OUT;
    }
}
