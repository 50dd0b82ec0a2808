package org.cloister.agent.supervise;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the sandbox of one service, through the process that keeps it ({@code keeper.pl}). What the sandbox tells is numbered and comes again to the
 * next connection until it is acknowledged. Thread-safe.
 */
final class Sandbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String CONTROL = "control";
    private static final int LOOK_MILLIS = 20;
    private static final int MAX_LINE = 1 << 20;

    private final SocketChannel channel;
    private volatile boolean closed;

    /** What comes from the sandbox, on a thread of its own. */
    interface Listener {
        /** Before all that is heard; on the thread that connects. */
        void connected(Sandbox sandbox);

        /** @param number larger than all before; 0 where it has none */
        void heard(long number, List<String> words);

        /** The keeper is gone: nothing more will come. */
        void lost();
    }

    private Sandbox(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects to a keeper.
     *
     * @param known the number up to which nothing is to come again
     * @param millis how long a keeper that was just started is waited for
     * @param starting fails as soon as it ended without success; null where the keeper runs already
     */
    static Sandbox connect(Path directory, long known, long millis, @Nullable Process starting, Listener listener)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(directory.resolve(CONTROL)));
                Sandbox sandbox = new Sandbox(channel);
                sandbox.write("hello " + known + "\n");
                listener.connected(sandbox);
                Thread reader = new Thread(() -> sandbox.read(listener), "sandbox");
                reader.setDaemon(true);
                reader.start();
                return sandbox;
            } catch (IOException e) {
                channel.close();
                boolean failed = starting != null && !starting.isAlive() && starting.exitValue() != 0;
                if (failed || System.nanoTime() > end) {
                    throw new IOException("the process that keeps it doesn't answer", e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private void read(Listener listener) {
        try (BufferedReader lines =
                new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII.newDecoder(), -1))) {
            StringBuilder line = new StringBuilder();
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c == '\n') {
                    take(line.toString(), listener);
                    line.setLength(0);
                } else if (line.length() < MAX_LINE) {
                    line.append((char) c);
                }
            }
        } catch (IOException e) {
            if (!closed) {
                LOG.info("a sandbox: {}", e.toString());
            }
        }
        if (!closed) {
            listener.lost();
        }
    }

    private static void take(String line, Listener listener) {
        List<String> words = Wire.words(line);
        String number = words.get(0);
        if (number.matches("[0-9]{1,18}") && words.size() > 1) {
            listener.heard(Long.parseLong(number), words.subList(1, words.size()));
        }
    }

    /** A keeper that is gone is told of elsewhere. */
    void send(List<String> words) {
        try {
            write(Wire.line(words));
        } catch (IOException e) {
            LOG.info("a sandbox: {}", e.toString());
        }
    }

    void acknowledge(long number) {
        send(List.of("ack", Long.toString(number)));
    }

    private synchronized void write(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The keeper is needed no longer; a sandbox that it still has ends. */
    void leave() {
        send(List.of("bye"));
        close();
    }

    /** Only the connection: the sandbox goes on. */
    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.info("a sandbox: {}", e.toString());
        }
    }
}
