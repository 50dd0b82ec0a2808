package org.cloister.agent.command.socket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.command.terminal.Terminal;

/**
 * What a client asks for.
 *
 * @param directory where the client works, absolute
 * @param user who the client is, by the kernel's word (SO_PEERCRED), not by its own
 * @param configuration the text of the client's configuration file, empty if it has none
 * @param arguments of the command, without its name
 */
public record Invocation(
        Path directory, Terminal.Shape shape, String user, String configuration, List<String> arguments) {
    private static final int FIXED_FIELDS = 5;
    private static final int MAX_ARGUMENTS = 100_000;

    public Invocation {
        arguments = List.copyOf(arguments);
    }

    /** @throws FrameException if {@code payload} isn't that of an {@code a} frame */
    static Invocation parse(byte[] payload, String peer) throws FrameException {
        List<String> fields = List.of(text(payload).split("\0", MAX_ARGUMENTS + 1));
        if (fields.size() < FIXED_FIELDS || fields.size() > MAX_ARGUMENTS) {
            throw new FrameException("a frame of arguments with " + fields.size() + " fields");
        }
        if (!fields.get(0).startsWith("/")) {
            throw new FrameException("the working directory is not absolute");
        }
        return new Invocation(
                Path.of(fields.get(0)),
                Terminal.Shape.parse(fields.get(1), fields.get(2)),
                peer,
                fields.get(4),
                fields.subList(FIXED_FIELDS, fields.size()));
    }

    private static String text(byte[] payload) throws FrameException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FrameException("the arguments are not UTF-8");
        }
    }
}
