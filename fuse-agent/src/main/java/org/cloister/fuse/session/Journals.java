package org.cloister.fuse.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.cloister.fuse.session.SessionMemory.Piece;

/** One {@link RedoJournal} for each slot that asks for it, and the chunks that all of them use in turns. Safe for several threads. */
public final class Journals {
    /** Chunks of this size are used again for whoever needs one. */
    static final int CHUNK = 256 << 10;

    /** Fields of a chunk. */
    static final int OWNER = 0;

    static final int FIRST = 8;
    static final int USED = 16;
    static final int KIND = 24;
    static final int BODY = 64;

    /** Kinds of chunks: records in their order, or one record that stays until another takes its place. */
    static final long RECORDS = 0;

    static final long STANDING = 1;

    private static final int HEAD = 64;
    private static final int HEADS_IN_PAGE = SessionMemory.PAGE / HEAD;

    private final SessionMemory memory;
    private final List<Piece> free = new ArrayList<>();
    private final List<Piece> left = new ArrayList<>();
    private final Piece[] headPages = new Piece[SessionMemory.MAX_HEAD_PAGES];

    /** Finds what a predecessor left. */
    public Journals(SessionMemory memory) throws IOException {
        this.memory = memory;
        for (int i = 0; i < memory.pieces(); i++) {
            Piece chunk = memory.piece(i);
            (chunk.word(OWNER) == 0 ? free : left).add(chunk);
        }
    }

    /** Of {@code slot}; what a predecessor left of it is to be replayed first. Called once for a slot. */
    public synchronized RedoJournal of(int slot) throws IOException {
        int page = slot / HEADS_IN_PAGE;
        if (page >= SessionMemory.MAX_HEAD_PAGES) {
            throw new IOException("more than " + SessionMemory.MAX_HEAD_PAGES * HEADS_IN_PAGE
                    + " roots were shown since this mount was made; restart fuse-agent");
        }
        if (headPages[page] == null) {
            headPages[page] = headPage(page);
        }
        List<Piece> chunks = new ArrayList<>();
        for (Iterator<Piece> each = left.iterator(); each.hasNext(); ) {
            Piece chunk = each.next();
            if (chunk.word(OWNER) == slot + 1L) {
                chunks.add(chunk);
                each.remove();
            }
        }
        chunks.sort(Comparator.comparingLong(chunk -> chunk.word(FIRST)));
        return new RedoJournal(this, slot, headPages[page], slot % HEADS_IN_PAGE * HEAD, chunks);
    }

    /** The newest group of {@code slot} that counts. */
    public synchronized long published(int slot) {
        int page = slot / HEADS_IN_PAGE;
        if (page >= SessionMemory.MAX_HEAD_PAGES || memory.headPage(page) == 0) {
            return 0;
        }
        try {
            Piece heads = memory.at(memory.headPage(page), SessionMemory.PAGE);
            return heads.word(slot % HEADS_IN_PAGE * HEAD);
        } catch (IOException e) {
            throw new UncheckedIOException("the session's memory can't be mapped", e);
        }
    }

    private Piece headPage(int page) throws IOException {
        long offset = memory.headPage(page);
        if (offset != 0) {
            return memory.at(offset, SessionMemory.PAGE);
        }
        Piece made = memory.allocate(SessionMemory.PAGE);
        memory.headPage(page, made.offset());
        return made;
    }

    /** An owned chunk for at least {@code size} bytes. */
    synchronized Piece take(int slot, long kind, long first, int size) throws IOException {
        int needed = Math.max(CHUNK, size + BODY);
        Piece chunk = null;
        for (int i = free.size() - 1; i >= 0 && chunk == null; i--) {
            if (free.get(i).bytes().capacity() >= needed && free.get(i).bytes().capacity() <= 2 * needed) {
                chunk = free.remove(i);
            }
        }
        if (chunk == null) {
            chunk = memory.allocateListed(needed);
        }
        chunk.word(FIRST, first);
        chunk.word(USED, BODY);
        chunk.word(KIND, kind);
        chunk.word(OWNER, slot + 1L);
        return chunk;
    }

    synchronized void giveBack(Piece chunk) {
        chunk.word(OWNER, 0);
        free.add(chunk);
    }

    /** Somebody reads records of a predecessor. */
    public interface Reader {
        /** {@code record} is good during the call, and in the byte order of this machine. */
        void read(ByteBuffer record);
    }
}
