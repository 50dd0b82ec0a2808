package org.cloister.agent.command.socket;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.cloister.agent.command.terminal.Terminal;

/** A client at the other end of the socket. When the client is gone, what is written is lost and {@link #interrupted} is true. */
final class SocketTerminal implements Terminal {
    private static final int BUFFER = 32 * 1024;

    private final FrameChannel channel;
    private final Shape shape;
    private final PrintStream out;
    private final PrintStream err;
    private volatile boolean interrupted;
    private List<String> replacement = List.of();

    SocketTerminal(FrameChannel channel, Shape shape) {
        this.channel = channel;
        this.shape = shape;
        out = new PrintStream(
                new BufferedOutputStream(new Frames(Frame.Type.OUT), BUFFER), false, StandardCharsets.UTF_8);
        err = new PrintStream(
                new BufferedOutputStream(new Frames(Frame.Type.ERR), BUFFER), true, StandardCharsets.UTF_8);
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
        return interrupted;
    }

    void interrupt() {
        interrupted = true;
    }

    @Override
    public void replaceWith(List<String> argv) {
        replacement = List.copyOf(argv);
    }

    /** Everything that was written, then either the exit status or what the client is to become. */
    void end(int status) throws IOException {
        out.flush();
        err.flush();
        if (status == 0 && !replacement.isEmpty()) {
            byte[] argv = String.join("\0", replacement).getBytes(StandardCharsets.UTF_8);
            channel.write(new Frame(Frame.Type.REPLACE, argv));
        } else {
            byte[] text = Integer.toString(status & 0xff).getBytes(StandardCharsets.US_ASCII);
            channel.write(new Frame(Frame.Type.EXIT, text));
        }
    }

    /** Bytes as frames of one type, each within its limit. */
    private final class Frames extends OutputStream {
        private final Frame.Type type;

        Frames(Frame.Type type) {
            this.type = type;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int i = from; i < from + length; i += type.limit()) {
                int end = Math.min(i + type.limit(), from + length);
                try {
                    channel.write(new Frame(type, Arrays.copyOfRange(bytes, i, end)));
                } catch (IOException e) {
                    interrupted = true;
                    throw e;
                }
            }
        }
    }
}
