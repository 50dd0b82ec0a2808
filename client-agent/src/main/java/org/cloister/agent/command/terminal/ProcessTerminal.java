package org.cloister.agent.command.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The streams of this process. Ctrl-C ends the process itself, so {@link #interrupted} is never seen. */
public final class ProcessTerminal implements Terminal {
    private static final int BUFFER = 8192;

    private final PrintStream out = new PrintStream(
            new java.io.BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
            false,
            StandardCharsets.UTF_8);
    private final PrintStream err =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    private final Shape shape;
    private List<String> replacement = List.of();

    public ProcessTerminal(Shape shape) {
        this.shape = shape;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public boolean interrupted() {
        return Thread.currentThread().isInterrupted();
    }

    @Override
    public void replaceWith(List<String> argv) {
        replacement = List.copyOf(argv);
    }

    /** What the process is to start when the command has ended; empty for nothing. */
    public List<String> replacement() {
        return replacement;
    }
}
