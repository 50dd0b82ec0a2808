package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on the disk that only tables may use. To unlink a file takes a row, and its bytes are given back when that row is
 * durable: on a disk without any room left nothing could ever be deleted. For all threads.
 */
final class Reserve {
    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    /** Some hundred thousand unlinked names. */
    private static final int BYTES = 8 << 20;
    /** What is given at a time: who fills the disk may be faster than a table. */
    private static final int STEP = 1 << 20;
    /** It is not taken again before as much is left besides, so that it does not come and go. */
    private static final int MARGIN = 1 << 20;

    private static final int BLOCK = 1 << 16;
    /** File systems keep a few blocks to themselves. */
    private static final int FULL = 1 << 18;

    private final Path file;
    private volatile boolean held;

    Reserve(Path file) {
        this.file = file;
        this.held = file.toFile().length() >= BYTES;
    }

    /** False: what is left of the disk is the tables', and nothing else may be added. */
    boolean isHeld() {
        return held;
    }

    /** Gives {@link #isHeld}. */
    synchronized boolean take() {
        if (held) {
            return true;
        }
        if (left() < BYTES + MARGIN - file.toFile().length()) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = 0; at < BYTES; at += BLOCK) {
                channel.write(ByteBuffer.allocate(BLOCK), at);
            }
            held = channel.size() >= BYTES;
        } catch (IOException e) {
            LOG.debug("no room for the reserve: {}", e.toString());
            shrink(0);
        }
        return held;
    }

    /** Bytes that are left of the disk. */
    private long left() {
        Path directory = file.getParent();
        return directory == null ? 0 : directory.toFile().getUsableSpace();
    }

    /** False also where a quota is used up, which cannot be seen so. */
    boolean isDiskFull() {
        return left() < FULL;
    }

    /** Lets the tables have some of it. False: there is nothing left. */
    synchronized boolean spend() {
        if (held) {
            LOG.warn("the disk is full: files can be unlinked, and nothing be added before there is room again");
        }
        held = false;
        long left = file.toFile().length();
        return left > 0 && shrink(Math.max(0, left - STEP));
    }

    /** Forced: ext4 gives freed blocks to nobody before their transaction is on the disk. */
    private boolean shrink(long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
            channel.force(true);
            return true;
        } catch (IOException e) {
            LOG.warn("cannot give {} back: {}", file, e.toString());
            return false;
        }
    }
}
