package org.cloister.agent.command.socket;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Frames over a blocking channel. One thread may read while others write; frames are written whole. */
final class FrameChannel implements Closeable {
    private static final long IDLE = 0;

    private final SocketChannel channel;
    private final Object writing = new Object();
    private final AtomicLong writingSince = new AtomicLong(IDLE);

    FrameChannel(SocketChannel channel) {
        this.channel = channel;
    }

    /** Empty at the end of the stream between two frames. @throws FrameException if that is no frame */
    Optional<Frame> read() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
        if (!fill(header)) {
            return Optional.empty();
        }
        Frame.Type type = Frame.Type.of(header.get(0));
        int length = header.getInt(1);
        if (length < 0 || length > type.limit()) {
            throw new FrameException("a frame " + type + " of " + Integer.toUnsignedString(length) + " bytes");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        if (!fill(payload)) {
            throw new EOFException("cut after the header of a frame");
        }
        return Optional.of(new Frame(type, payload.array()));
    }

    /** False if the stream ended before the first byte. */
    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                if (buffer.position() == 0) {
                    return false;
                }
                throw new EOFException("cut within a frame");
            }
        }
        return true;
    }

    /**
     * Blocks while the client takes nothing. Works on an interrupted thread too, and leaves it interrupted: an interrupt within
     * a write would close the channel (see {@link java.nio.channels.InterruptibleChannel}).
     */
    void write(Frame frame) throws IOException {
        synchronized (writing) {
            boolean interrupted = Thread.interrupted();
            writingSince.set(System.nanoTime() | 1);
            try {
                ByteBuffer bytes = frame.encoded();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } finally {
                writingSince.set(IDLE);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Does {@code action} while no frame is being written; for what would interrupt a writer. */
    void whileNotWriting(Runnable action) {
        synchronized (writing) {
            action.run();
        }
    }

    /** For how long the present write has waited for the client, in nanoseconds; 0 if none has. */
    long stuckNanos(long now) {
        long since = writingSince.get();
        return since == IDLE ? 0 : now - since;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
