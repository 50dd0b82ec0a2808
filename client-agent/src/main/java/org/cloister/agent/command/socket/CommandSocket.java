package org.cloister.agent.command.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.cloister.agent.command.terminal.Terminal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves commands to the users whom the mode of the socket's file lets in. Every client has two threads of a bounded pool: one
 * that runs its command and one that waits for Ctrl-C.
 */
public final class CommandSocket implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandSocket.class);

    /** Commands that run at the same time; more people than that don't sit at one machine. */
    private static final int MAX_CLIENTS = 64;
    /** Connections that wait to be accepted. */
    private static final int BACKLOG = 128;

    private static final int SWEEP_SECONDS = 5;

    /** Runs one command on the thread of its client; interrupted on Ctrl-C. Returns the exit status. */
    public interface Commands {
        int run(Invocation invocation, Terminal terminal);
    }

    private final SocketFile file;
    private final ServerSocketChannel server;
    private final Commands commands;
    private final ExecutorService threads;
    private final ScheduledExecutorService sweeper;
    private final Set<CommandClient> clients = ConcurrentHashMap.newKeySet();

    private CommandSocket(SocketFile file, ServerSocketChannel server, Commands commands) {
        this.file = file;
        this.server = server;
        this.commands = commands;
        this.threads = Executors.newCachedThreadPool(named("command"));
        this.sweeper = Executors.newSingleThreadScheduledExecutor(named("command-sweeper"));
    }

    /**
     * Listens from now on.
     *
     * @throws IOException if another agent answers there, or the file can't be made
     */
    public static CommandSocket open(SocketFile file, Commands commands) throws IOException {
        CommandSocket socket = new CommandSocket(file, file.bind(BACKLOG), commands);
        socket.threads.execute(socket::accept);
        var unused =
                socket.sweeper.scheduleWithFixedDelay(socket::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                admit(server.accept());
            }
        } catch (ClosedChannelException e) {
            LOG.debug("the command socket is closed");
        } catch (IOException e) {
            LOG.error("the command socket no longer accepts: restart the agent", e);
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        CommandClient client = new CommandClient(channel, commands, threads);
        if (clients.size() >= MAX_CLIENTS) {
            client.refuse("the agent runs " + MAX_CLIENTS + " commands already; try again when one has ended");
            return;
        }
        clients.add(client);
        threads.execute(() -> {
            try {
                client.serve();
            } catch (AsynchronousCloseException e) {
                LOG.debug("a command's client was closed");
            } catch (IOException e) {
                LOG.debug("a command's client ended early: {}", e.toString());
            } finally {
                clients.remove(client);
            }
        });
    }

    private void sweep() {
        long now = System.nanoTime();
        for (CommandClient client : clients) {
            client.closeIfStuck(now);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Stops listening, interrupts the commands that run and removes the file. */
    @Override
    public void close() throws IOException {
        server.close();
        sweeper.shutdownNow();
        threads.shutdownNow();
        for (CommandClient client : clients) {
            client.close();
        }
        file.delete();
    }
}
