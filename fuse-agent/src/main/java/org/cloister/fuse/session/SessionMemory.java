package org.cloister.fuse.session;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of a memory file system, mapped in pieces. Pieces are only ever added, never moved, so that an address is good for as
 * long as the process lives. Room is taken before it is used: memory that is missing is an IOException here and never a SIGBUS
 * later. Safe for several threads; what is in a piece is its user's business.
 */
public final class SessionMemory implements AutoCloseable {
    /** What the first words of the file mean. */
    public enum Word {
        MAGIC,
        VERSION,
        /** Where the next piece goes. */
        END,
        /** Not 0: a mount is served, and a successor can go on with it. */
        SERVING,
        MINOR,
        FEATURES,
        MAX_READAHEAD,
        MAX_WRITE,
        /** The device number that the kernel shows the connection under. */
        CONNECTION,
        WORKERS_AT,
        WORKERS,
        WORKER_SIZE,
        STANDING_AT,
        /** What the kernel is to forget because of the change that is being made. */
        FORGOTTEN_AT,
        /** Not 0: something is being changed behind the kernel's back. */
        UNSETTLED,
        PIECES,
        /** The first of 20: what the kernel knows, and what it has open. */
        KNOWN_AT
    }

    static final int PAGE = 4096;
    /** More than a daemon of 16,384 journals needs. */
    static final int MAX_PIECES = 1 << 14;

    /** Journals' heads: 64 to a page. */
    static final int MAX_HEAD_PAGES = 1024;

    private static final long MAGIC = 0x0a4e4f4953534553L;
    private static final long VERSION = 2;
    private static final int WORDS = 512;
    private static final int HEADS_AT = PAGE;
    private static final int PIECES_AT = HEADS_AT + MAX_HEAD_PAGES * Long.BYTES;
    private static final int PIECE = 2 * Long.BYTES;
    private static final int HEADER = PIECES_AT + MAX_PIECES * PIECE;
    /** Java keeps as much for each thread that writes. */
    private static final int BLOCK = 1 << 16;

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final FileChannel file;
    private final MappedByteBuffer header;

    private SessionMemory(FileChannel file) throws IOException {
        this.file = file;
        boolean fresh = file.size() == 0;
        if (fresh) {
            fill(0, HEADER);
        } else if (file.size() < HEADER) {
            throw new IOException("the session's memory is cut");
        }
        header = file.map(FileChannel.MapMode.READ_WRITE, 0, HEADER);
        header.order(ByteOrder.nativeOrder());
        if (fresh) {
            set(Word.VERSION, VERSION);
            set(Word.END, HEADER);
            set(Word.MAGIC, MAGIC);
        } else if (get(Word.MAGIC) != MAGIC || get(Word.VERSION) != VERSION) {
            throw new IOException("the session's memory is of another version of this program");
        }
    }

    /** In {@code file}, which is of a memory file system; a new session when it is empty. */
    public static SessionMemory open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new SessionMemory(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Nobody takes it over: it is gone with this process. {@code directory} is of a memory file system, if there is one. */
    public static SessionMemory ofThisProcess(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "cloister-session", "");
        try {
            return open(file);
        } finally {
            Files.delete(file);
        }
    }

    public long get(Word word) {
        return (long) LONG.getAcquire((ByteBuffer) header, word.ordinal() * Long.BYTES);
    }

    /** All that this thread wrote before is there for whoever sees {@code value}. */
    public void set(Word word, long value) {
        LONG.setRelease((ByteBuffer) header, word.ordinal() * Long.BYTES, value);
    }

    /** As {@link #get}, of the word {@code index} behind {@code first}. */
    long get(Word first, int index) {
        return (long) LONG.getAcquire((ByteBuffer) header, wordAt(first, index));
    }

    void set(Word first, int index, long value) {
        LONG.setRelease((ByteBuffer) header, wordAt(first, index), value);
    }

    private static int wordAt(Word first, int index) {
        int at = first.ordinal() + index;
        if (at >= WORDS) {
            throw new IllegalArgumentException("no such word");
        }
        return at * Long.BYTES;
    }

    /** 0: there is none yet. */
    long headPage(int index) {
        return (long) LONG.getAcquire((ByteBuffer) header, HEADS_AT + index * Long.BYTES);
    }

    void headPage(int index, long offset) {
        LONG.setRelease((ByteBuffer) header, HEADS_AT + index * Long.BYTES, offset);
    }

    /** Where it is in the file, and its bytes, all 0 when it is new. */
    record Piece(long offset, MappedByteBuffer bytes) {
        long word(int at) {
            return (long) LONG.getAcquire((ByteBuffer) bytes, at);
        }

        void word(int at, long value) {
            LONG.setRelease((ByteBuffer) bytes, at, value);
        }
    }

    /** Throws, and nothing is taken, when there is no room. At most 2 GiB. */
    synchronized Piece allocate(long size) throws IOException {
        long rounded = (size + PAGE - 1) / PAGE * PAGE;
        long at = get(Word.END);
        fill(at, rounded);
        set(Word.END, at + rounded);
        return at(at, rounded);
    }

    /** As {@link #allocate}, but room is only taken where {@link #fill} says so. Gives where it begins. */
    synchronized long reserve(long size) {
        long at = get(Word.END);
        set(Word.END, at + (size + PAGE - 1) / PAGE * PAGE);
        return at;
    }

    /** Takes room, which is 0 then. Throws when there is none. */
    void fill(long at, long size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(size, BLOCK));
        for (long done = 0; done < size; done += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - done));
            int from = 0;
            while (zeros.hasRemaining()) {
                from += file.write(zeros, at + done + from);
            }
        }
    }

    Piece at(long offset, long size) throws IOException {
        MappedByteBuffer bytes = file.map(FileChannel.MapMode.READ_WRITE, offset, size);
        bytes.order(ByteOrder.nativeOrder());
        return new Piece(offset, bytes);
    }

    /** A piece that a successor finds again by {@link #pieces}. */
    synchronized Piece allocateListed(long size) throws IOException {
        int index = (int) get(Word.PIECES);
        if (index == MAX_PIECES) {
            throw new IOException("more than " + MAX_PIECES + " pieces of session memory");
        }
        Piece piece = allocate(size);
        header.putLong(PIECES_AT + index * PIECE, piece.offset());
        header.putLong(PIECES_AT + index * PIECE + Long.BYTES, piece.bytes().capacity());
        set(Word.PIECES, index + 1L);
        return piece;
    }

    synchronized int pieces() {
        return (int) get(Word.PIECES);
    }

    synchronized Piece piece(int index) throws IOException {
        int at = PIECES_AT + index * PIECE;
        return at(header.getLong(at), header.getLong(at + Long.BYTES));
    }

    /** What is mapped stays mapped. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
