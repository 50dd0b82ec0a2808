package org.cloister.agent.bench.fleet;

import java.io.IOException;
import java.util.Locale;

/** What the repository takes: looks at its memory four times a second, and at its processor time when it is asked. */
final class Consumption implements AutoCloseable {
    private static final long LOOK_MILLIS = 250;

    private final FleetServer server;
    private final Thread thread = new Thread(this::run, "memory");
    private long resident;
    private long heap;
    private long process;
    private double processor;

    Consumption(FleetServer server) {
        this.server = server;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        long residentNow = server.residentMiB();
        long heapNow = 0;
        try {
            heapNow = server.heapMiB();
        } catch (IOException e) {
            // It was killed and isn't back yet.
        }
        synchronized (this) {
            resident = Math.max(resident, residentNow);
            heap = Math.max(heap, heapNow);
        }
    }

    /**
     * Since the last call, as JSON fields: processor time of the process that runs now, which says more than a clock where others use the
     * processors too, and the most memory.
     */
    synchronized String take() {
        long pid = server.pid();
        double now = server.processorSeconds();
        double used = pid == process ? now - processor : now;
        String json =
                String.format(Locale.ROOT, "\"cpuSeconds\":%.2f,\"rssMiB\":%d,\"heapMiB\":%d", used, resident, heap);
        process = pid;
        processor = now;
        resident = 0;
        heap = 0;
        return json;
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
