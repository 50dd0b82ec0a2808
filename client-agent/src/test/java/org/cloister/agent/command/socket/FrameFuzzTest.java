package org.cloister.agent.command.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client sends, the socket answers or hangs up, runs no command that wasn't asked for, and serves the next client. */
@Timeout(60)
class FrameFuzzTest {
    private static final long SEED = 20260203;

    @TempDir
    Path directory;

    private CommandSocket socket;
    private final AtomicInteger ran = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        socket = CommandSocket.open(new SocketFile(path(), false), (asked, terminal) -> {
            ran.incrementAndGet();
            terminal.out().print("arguments: " + asked.arguments().size());
            return 3;
        });
    }

    private Path path() {
        return directory.resolve("agent.sock");
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        assertThat(path()).doesNotExist();
    }

    @Test
    void garbageIsAnsweredOrHungUpOn() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && random.nextBoolean()) {
                bytes[0] = (byte) "aioerx".charAt(random.nextInt(6));
                bytes[1] = bytes[2] = 0;
            }
            talk(bytes, true);
        }
        assertThat(wellFormed()).isEqualTo("arguments: 2");
    }

    @Test
    void mutationsOfARequestNeverBreakTheSocket() throws IOException {
        Random random = new Random(SEED + 1);
        byte[] request = request("/", "80", "-", "me", "", "list", "--json");
        for (int round = 0; round < 300; round++) {
            byte[] mutated = request.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            talk(mutated, true);
        }
        assertThat(wellFormed()).isEqualTo("arguments: 2");
    }

    @Test
    void frameLimitsAreKept() throws IOException {
        byte[] tooLong = {'a', 0x7f, 0, 0, 0};
        assertThat(talk(tooLong, false)).contains("a frame ARGUMENTS of 2130706432 bytes");
        byte[] negative = {'a', -1, -1, -1, -1};
        assertThat(talk(negative, false)).contains("4294967295");
        byte[] interrupt = {'i', 0, 0, 0, 0};
        assertThat(talk(interrupt, false)).contains("the first frame holds no arguments");
        assertThat(talk(request("relative", "80", "-", "me", "", "list"), false))
                .contains("not absolute");
        assertThat(talk(request("/", "80"), false)).contains("with 2 fields");
        assertThat(ran).hasValue(0);
    }

    @Test
    void theSocketIsItsOwnersOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        Path shared = directory.resolve("shared.sock");
        try (CommandSocket group = CommandSocket.open(new SocketFile(shared, true), (asked, terminal) -> 0)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                    .isEqualTo("rw-rw----");
            assertThat(group).isNotNull();
        }
    }

    @Test
    void aSecondAgentIsToldThatOneRunsAndAStaleFileIsReplaced() throws IOException {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> CommandSocket.open(new SocketFile(path(), false), (asked, terminal) -> 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another agent runs");
        Path stale = directory.resolve("stale.sock");
        java.nio.channels.ServerSocketChannel left =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        left.bind(UnixDomainSocketAddress.of(stale));
        left.close();
        assertThat(stale).exists();
        CommandSocket.open(new SocketFile(stale, false), (asked, terminal) -> 0).close();
        assertThat(stale).doesNotExist();
    }

    private String wellFormed() throws IOException {
        return talk(request("/", "80", "-", "me", "", "a", "b"), false);
    }

    private static byte[] request(String... fields) {
        byte[] payload = String.join("\0", fields).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + payload.length)
                .put((byte) 'a')
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** The text of the frames that come back; {@code leave} hangs up on what waits for more. */
    private String talk(byte[] bytes, boolean leave) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path()));
                FrameChannel frames = new FrameChannel(channel)) {
            ByteBuffer out = ByteBuffer.wrap(bytes);
            while (out.hasRemaining()) {
                channel.write(out);
            }
            if (leave) {
                channel.shutdownOutput();
            }
            Optional<Frame> frame = frames.read();
            while (frame.isPresent() && frame.get().type() != Frame.Type.EXIT) {
                answer.append(new String(frame.get().payload(), StandardCharsets.UTF_8));
                frame = frames.read();
            }
        } catch (IOException e) {
            assertThat(leave).as("hung up on: " + e).isTrue();
        }
        return answer.toString();
    }
}
