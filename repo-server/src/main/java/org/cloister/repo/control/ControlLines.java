package org.cloister.repo.control;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of a stream in one growing window that begins at the current paragraph: a paragraph is contiguous, and no line is
 * copied before it is whole. The window never exceeds one paragraph, one line and one read.
 */
final class ControlLines {
    private static final int READ = 1 << 16;

    private final InputStream in;
    private final ControlLimits limits;
    private byte[] window;
    private int filled;
    private int next;
    private int start;
    private int end;
    private long number;
    private boolean exhausted;

    /** @param expected about how many bytes there are, so that many small texts cost little memory each */
    ControlLines(InputStream in, ControlLimits limits, int expected) {
        this.in = in;
        this.limits = limits;
        this.window = new byte[Math.min(READ, expected) + 1];
    }

    /** The bytes that {@link #start()} and {@link #end()} count in; valid until the next call of another method. */
    byte[] window() {
        return window;
    }

    int start() {
        return start;
    }

    /** The end of the line's text: its line feed, and a carriage return before it, are outside. */
    int end() {
        return end;
    }

    long number() {
        return number;
    }

    /** Moves to the next line; false at the end of the stream. */
    boolean advance() throws IOException {
        int scan = next;
        while (true) {
            int feed = indexOfFeed(scan);
            if (feed >= 0) {
                return found(feed, feed + 1);
            }
            scan = filled;
            if (scan - next > limits.lineBytes()) {
                throw tooLong();
            }
            if (exhausted || !fill()) {
                return next < filled && found(filled, filled);
            }
        }
    }

    private boolean found(int feed, int following) throws ControlSyntaxException {
        number++;
        start = next;
        next = following;
        end = feed > start && window[feed - 1] == '\r' ? feed - 1 : feed;
        if (end - start > limits.lineBytes()) {
            number--;
            throw tooLong();
        }
        return true;
    }

    private ControlSyntaxException tooLong() {
        return new ControlSyntaxException(number + 1, "longer than " + limits.lineBytes() + " bytes");
    }

    private int indexOfFeed(int from) {
        for (int i = from; i < filled; i++) {
            if (window[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        if (filled == window.length) {
            window = Arrays.copyOf(window, window.length * 2);
        }
        int read = in.read(window, filled, Math.min(READ, window.length - filled));
        exhausted = read < 0;
        filled += Math.max(read, 0);
        return !exhausted;
    }

    /** A paragraph may begin at the next line: what is before it can be forgotten. Positions change only here. */
    void restart() {
        if (next > window.length / 2) {
            System.arraycopy(window, next, window, 0, filled - next);
            filled -= next;
            next = 0;
        }
    }

    /** Where the next line will start in the window. */
    int position() {
        return next;
    }
}
