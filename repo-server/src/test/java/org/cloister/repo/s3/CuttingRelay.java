package org.cloister.repo.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/** Carries connections to a port of this machine, until a number of bytes went there. */
@NullMarked
public final class CuttingRelay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int target;
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private volatile Runnable cut = () -> {};

    public CuttingRelay(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** @param then called once, when so many bytes more went to the target; they are the last ones of their connection */
    public void cutAfter(long bytes, Runnable then) {
        cut = then;
        left.set(bytes);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> relay(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void relay(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            threads.execute(() -> pump(server, client, false));
            pump(client, server, true);
        } catch (IOException e) {
            // the client notices
        }
    }

    private void pump(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                long before = counted ? left.getAndAdd(-n) : Long.MAX_VALUE;
                if (before > 0 && before <= n) {
                    cut.run();
                    break;
                }
            }
        } catch (IOException e) {
            // either end is gone
        }
        closeQuietly(from);
        closeQuietly(to);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
