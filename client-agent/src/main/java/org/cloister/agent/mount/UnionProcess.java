package org.cloister.agent.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The union file system as a child process: a supervisor that follows up a daemon which dies, so that its programs go on. Both
 * are started again when both die. The agent's death doesn't end them: roots go on working, and the next agent takes them over
 * if they answer.
 */
public final class UnionProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnionProcess.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 20;
    private static final long WATCH_MILLIS = 500;
    private static final long MAX_PAUSE_MILLIS = 30_000;

    private final List<String> command;
    private final Path log;
    private final UnionControl control;
    private final Thread watcher = new Thread(this::watch, "union-watch");
    private volatile boolean closed;
    private volatile @Nullable Process child;
    private volatile int starts;

    /** @param command starts it in the foreground */
    public UnionProcess(List<String> command, Path log, UnionControl control) {
        this.command = List.copyOf(command);
        this.log = log;
        this.control = control;
    }

    /** Takes over a running one, or starts one and waits until it answers. */
    public void start() throws IOException, InterruptedException {
        if (!answers()) {
            startChild();
        } else if (control.ping().outdated()) {
            handOver(control.ping().pid());
        }
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Also after an upgrade nobody's files are closed. One that has no supervisor goes on as it is. */
    private void handOver(long pid) throws InterruptedException {
        try {
            control.handOver();
        } catch (IOException e) {
            LOG.warn("the union file system runs an older program: {}", e.getMessage());
            return;
        }
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!isFollowed(pid)) {
            if (System.nanoTime() > end) {
                LOG.error(
                        "the union file system was to be followed by a newer program, which doesn't answer; see {}",
                        log);
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        LOG.info("the union file system runs the program that is installed now");
    }

    private boolean isFollowed(long pid) {
        try {
            return control.ping().pid() != pid;
        } catch (IOException e) {
            return false;
        }
    }

    /** How often it was started by this agent. */
    public int starts() {
        return starts;
    }

    private boolean answers() {
        try {
            control.ping();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void startChild() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        child = process;
        starts++;
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                kill(process);
                throw new IOException("the union file system didn't start: " + lastLine() + " (" + log + ")");
            }
            Thread.sleep(POLL_MILLIS);
        }
        LOG.info("the union file system runs, pid {}", process.pid());
    }

    private String lastLine() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return lines.isEmpty() ? "it wrote nothing" : lines.get(lines.size() - 1);
    }

    private void watch() {
        long pause = WATCH_MILLIS;
        try {
            while (!closed) {
                Process process = child;
                if (process == null) {
                    Thread.sleep(WATCH_MILLIS);
                    pause = restartUnless(answers(), pause);
                } else if (process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                    // Whoever ended it may be ending the agent too. The supervisor's end is not the daemon's.
                    Thread.sleep(WATCH_MILLIS);
                    child = null;
                    pause = restartUnless(answers(), pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long restartUnless(boolean fine, long pause) throws InterruptedException {
        if (fine || closed) {
            return WATCH_MILLIS;
        }
        LOG.warn("the union file system ended; starting it again");
        try {
            startChild();
            return WATCH_MILLIS;
        } catch (IOException e) {
            LOG.error("{}", e.getMessage());
            Thread.sleep(pause);
            return Math.min(pause * 2, MAX_PAUSE_MILLIS);
        }
    }

    /** The agent is ending: the union file system isn't started again. */
    public void release() {
        closed = true;
    }

    /** Ends it too: an orderly stop of the agent unmounts. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        watcher.interrupt();
        watcher.join(STOP_LIMIT.toMillis());
        Process process = child;
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
            }
        }
    }

    /** The supervisor first, which would follow up the daemon. */
    private static void kill(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }
}
