package org.cloister.fuse.kernel;

import java.util.concurrent.CountDownLatch;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Native;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads requests and answers them, one at a time, until the connection ends. A bug in one request, and
 * memory that is missing for it, is that request's EIO.
 */
final class Worker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int POLL_IN = 1;

    private final Native host;
    private final int device;
    private final Exchange exchange;
    private final Dispatcher dispatcher;
    private final CountDownLatch resumed;
    private final Turn.Seat seat;
    private final Anticipation anticipation = new Anticipation(
            System::nanoTime, this::isAsked, Runtime.getRuntime().availableProcessors());
    /** {@code struct pollfd}. Freed with the process. */
    private final long poll = Native.MEMORY.allocateMemory(Long.BYTES, true);

    /** {@code resumed} is counted down when nothing of a predecessor is left to do. */
    Worker(Native host, int device, Exchange exchange, Dispatcher dispatcher, CountDownLatch resumed, Turn.Seat seat) {
        this.resumed = resumed;
        this.seat = seat;
        this.host = host;
        this.device = device;
        this.exchange = exchange;
        this.dispatcher = dispatcher;
    }

    @Override
    public void run() {
        Libc libc = host.libc();
        Request request = exchange.request;
        resume();
        exchange.expect();
        resumed.countDown();
        exchange.beforeWaiting(this::isAsked, seat::giveAway);
        while (true) {
            exchange.expect();
            seat.take();
            anticipation.await();
            int received = (int) libc.read(device, request.address, request.capacity);
            if (received >= 0) {
                handle(received);
            } else if (!isPassing(host.errno())) {
                LOG.debug("the connection ended with errno {}", host.errno());
                seat.giveAway();
                return;
            }
        }
    }

    private void resume() {
        try {
            dispatcher.resume(exchange);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("request {} of a predecessor failed; its caller gets EIO", exchange.request.unique(), e);
            dispatcher.fail(exchange);
        }
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
