package org.cloister.fuse.kernel;

import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Native;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests and answers them on one thread, one at a time, until the connection ends. A bug in one request, and
 * memory that is missing for it, is that request's EIO.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int POLL_IN = 1;

    private final Native host;
    private final int device;
    private final Exchange exchange;
    private final Dispatcher dispatcher;
    private final Turn.Seat seat;
    private final Anticipation anticipation = new Anticipation(
            System::nanoTime, this::isAsked, Runtime.getRuntime().availableProcessors());
    /** {@code struct pollfd}. Freed with the process. */
    private final long poll = Native.MEMORY.allocateMemory(Long.BYTES, true);

    Worker(Native host, int device, Exchange exchange, Dispatcher dispatcher, Turn.Seat seat) {
        this.seat = seat;
        this.host = host;
        this.device = device;
        this.exchange = exchange;
        this.dispatcher = dispatcher;
        exchange.beforeWaiting(this::isAsked, seat::giveAway);
    }

    /** Does what a predecessor left to do. To be called first. */
    void resume() {
        seat.begin();
        try {
            dispatcher.resume(exchange);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("request {} of a predecessor failed; its caller gets EIO", exchange.request.unique(), e);
            dispatcher.fail(exchange);
        }
        exchange.expect();
        seat.finish();
    }

    /** False: the connection ended. True: others do without this worker, which has nothing in hand. */
    boolean serve() {
        Libc libc = host.libc();
        Request request = exchange.request;
        exchange.expect();
        while (seat.take()) {
            anticipation.await();
            int received = (int) libc.read(device, request.address, request.capacity);
            if (received >= 0) {
                handle(received);
            } else if (!isPassing(host.errno())) {
                LOG.debug("the connection ended with errno {}", host.errno());
                seat.giveAway();
                return false;
            }
            exchange.expect();
        }
        return true;
    }

    /** After {@link #serve} said that others do without it. */
    void rest() {
        exchange.rest();
    }

    private void handle(int received) {
        anticipation.came();
        seat.begin();
        try {
            dispatcher.handle(exchange, received);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("request {} failed; its caller gets EIO", exchange.request.unique(), e);
            dispatcher.fail(exchange);
        }
        seat.finish();
    }

    private boolean isAsked() {
        Native.MEMORY.putInt(poll, device);
        Native.MEMORY.putInt(poll + Integer.BYTES, POLL_IN);
        return host.libc().poll(poll, 1, 0) > 0;
    }

    /** ENOENT: the request was given up while it was read. */
    private static boolean isPassing(int errno) {
        return errno == ENOENT || errno == EINTR || errno == EAGAIN;
    }
}
