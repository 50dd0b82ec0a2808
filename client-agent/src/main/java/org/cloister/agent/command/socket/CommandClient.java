package org.cloister.agent.command.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: its arguments, its command, its end. */
final class CommandClient implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandClient.class);

    /** A client that connects has its arguments ready. */
    private static final long MAX_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Somebody may read a long answer in a pager; a day is no reading. */
    private static final long MAX_STUCK_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final int INTERNAL_ERROR = 1;

    private final FrameChannel frames;
    private final SocketChannel channel;
    private final CommandSocket.Commands commands;
    private final Executor threads;
    private final long acceptedAt = System.nanoTime();
    private volatile boolean asked;

    CommandClient(SocketChannel channel, CommandSocket.Commands commands, Executor threads) {
        this.channel = channel;
        this.frames = new FrameChannel(channel);
        this.commands = commands;
        this.threads = threads;
    }

    /** Reads the arguments, runs the command, answers, closes. Interrupts the command when the client asks or goes. */
    void serve() throws IOException {
        try (this) {
            try {
                Optional<Invocation> asks = invocation();
                if (asks.isPresent()) {
                    run(asks.get());
                }
            } catch (FrameException e) {
                refuse(e.getMessage() + "; are agent and command of one version?");
            }
        }
    }

    /** Empty if the client left without asking anything. */
    private Optional<Invocation> invocation() throws IOException {
        String peer =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        Optional<Frame> first = frames.read();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        if (first.get().type() != Frame.Type.ARGUMENTS) {
            throw new FrameException("the first frame holds no arguments");
        }
        asked = true;
        return Optional.of(Invocation.parse(first.get().payload(), peer));
    }

    private void run(Invocation invocation) throws IOException {
        SocketTerminal terminal = new SocketTerminal(frames, invocation.shape());
        CommandThread thread = new CommandThread(Thread.currentThread());
        threads.execute(() -> awaitInterrupt(terminal, thread));
        int status = INTERNAL_ERROR;
        try {
            status = commands.run(invocation, terminal);
        } catch (RuntimeException e) {
            LOG.error("a command failed: {}", invocation.arguments(), e);
            terminal.err().println("error: the agent made a mistake: " + e + "\n  What to do: its log has more.");
        } finally {
            thread.end();
        }
        terminal.end(status);
    }

    private void awaitInterrupt(SocketTerminal terminal, CommandThread thread) {
        try {
            Optional<Frame> frame = frames.read();
            LOG.debug("a client {}", frame.isPresent() ? "interrupts" : "went away");
        } catch (IOException e) {
            LOG.debug("a client went away: {}", e.toString());
        }
        terminal.interrupt();
        frames.whileNotWriting(thread::interrupt);
    }

    /** The thread that runs a command, which must not be interrupted for it when it has gone on to another. */
    private static final class CommandThread {
        private final Thread thread;
        private boolean ended;

        CommandThread(Thread thread) {
            this.thread = thread;
        }

        synchronized void interrupt() {
            if (!ended) {
                thread.interrupt();
            }
        }

        /** Clears an interrupt that came too late, so that the answer can still be written. */
        synchronized void end() {
            ended = true;
            var unused = Thread.interrupted();
        }
    }

    void refuse(String reason) throws IOException {
        try (this) {
            byte[] text = ("error: " + reason + "\n").getBytes(StandardCharsets.UTF_8);
            frames.write(new Frame(Frame.Type.ERR, text));
            frames.write(new Frame(Frame.Type.EXIT, "1".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    void closeIfStuck(long now) {
        boolean silent = !asked && now - acceptedAt > MAX_SILENCE_NANOS;
        if (silent || frames.stuckNanos(now) > MAX_STUCK_NANOS) {
            LOG.info("closing the connection of a client that {}", silent ? "asked nothing" : "takes no answer");
            close();
        }
    }

    @Override
    public void close() {
        try {
            frames.close();
        } catch (IOException e) {
            LOG.debug("closing a command's connection: {}", e.toString());
        }
    }
}
