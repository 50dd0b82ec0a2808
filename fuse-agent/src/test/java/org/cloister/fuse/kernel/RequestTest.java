package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No request, however short or false, makes us read beyond what was received. */
class RequestTest {
    private static final int ROUNDS = 20_000;

    private final GuardedMemory memory = new GuardedMemory();
    /** The sum of all that was read, so that no reading can be left out. */
    private long touched;

    /** As the kernel would send it: the structure in zeros, each string "n", and {@code tail}. */
    private static byte[] whole(Operation operation, byte... tail) {
        int length = Request.HEADER + operation.fixed + 2 * operation.names + tail.length;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        bytes.putInt(length)
                .putInt(operation.code)
                .putLong(7)
                .putLong(1L << 40)
                .putInt(1000)
                .putInt(100);
        bytes.position(Request.HEADER + operation.fixed);
        for (int i = 0; i < operation.names; i++) {
            bytes.put((byte) 'n').put((byte) 0);
        }
        bytes.put(tail);
        return bytes.array();
    }

    private Request at(byte[] bytes) {
        return new Request(memory.put(bytes), bytes.length);
    }

    private Request.Verdict verdict(byte[] bytes) {
        Request request = at(bytes);
        Request.Verdict verdict = request.accept(bytes.length);
        if (verdict == Request.Verdict.WHOLE) {
            readAll(request);
        }
        return verdict;
    }

    /** Everything that a handler may read. */
    private void readAll(Request request) {
        Operation operation = request.operation();
        for (int i = 0; i + Integer.BYTES <= operation.fixed; i += Integer.BYTES) {
            touched += request.word(i);
        }
        for (int i = 0; i + Long.BYTES <= operation.fixed; i += Long.BYTES) {
            touched += request.quad(i);
        }
        touched += request.unique() + request.node() + request.uid() + request.gid();
        if (operation.names > 0) {
            assertThat(request.name()).doesNotContain("\0");
        }
        if (operation.names > 1) {
            assertThat(request.secondName()).doesNotContain("\0");
        }
        if (operation.countAt >= 0) {
            com.kenai.jffi.MemoryIO.getInstance()
                    .getByteArray(
                            request.tail(),
                            new byte[request.items() * operation.itemSize],
                            0,
                            request.items() * operation.itemSize);
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void whatTheKernelSendsIsUnderstoodAndAnyPartOfItIsRefused(Operation operation) {
        byte[] whole = whole(operation);
        assertThat(verdict(whole)).isEqualTo(Request.Verdict.WHOLE);
        assertThat(touched).as("what was read").isNotZero();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(verdict(cut))
                    .isEqualTo(length < Request.HEADER ? Request.Verdict.NO_REQUEST : Request.Verdict.MALFORMED);
            if (length >= Request.HEADER) {
                ByteBuffer.wrap(cut).order(ByteOrder.nativeOrder()).putInt(length);
                assertThat(verdict(cut)).as("%d bytes that admit it", length).isEqualTo(Request.Verdict.MALFORMED);
            }
        }
    }

    @Test
    void aRequestThatPromisesMoreThanItBringsIsRefused() {
        byte[] write = whole(Operation.WRITE, new byte[100]);
        ByteBuffer fields = ByteBuffer.wrap(write).order(ByteOrder.nativeOrder());
        fields.putInt(Request.HEADER + 16, 100);
        assertThat(verdict(write)).isEqualTo(Request.Verdict.WHOLE);
        for (int lie : new int[] {101, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            fields.putInt(Request.HEADER + 16, lie);
            assertThat(verdict(write)).as("%d bytes", lie).isEqualTo(Request.Verdict.MALFORMED);
        }
        byte[] forgets = whole(Operation.BATCH_FORGET, new byte[32]);
        ByteBuffer.wrap(forgets).order(ByteOrder.nativeOrder()).putInt(Request.HEADER, 1 << 28);
        assertThat(verdict(forgets)).isEqualTo(Request.Verdict.MALFORMED);
    }

    @Test
    void namesAreBytes() {
        byte[] names = {'a', (byte) 0xff, (byte) 0x80, 0, '/', 'u', 0};
        byte[] link = Arrays.copyOf(whole(Operation.SYMLINK), Request.HEADER + names.length);
        System.arraycopy(names, 0, link, Request.HEADER, names.length);
        ByteBuffer.wrap(link).order(ByteOrder.nativeOrder()).putInt(link.length);
        Request request = at(link);
        assertThat(request.accept(link.length)).isEqualTo(Request.Verdict.WHOLE);
        assertThat(request.name()).isEqualTo("a\u00ff\u0080");
        assertThat(request.secondName()).isEqualTo("/u");
    }

    @Test
    void whatIsNotKnownIsSaidToBeUnknown() {
        byte[] request = whole(Operation.STATFS);
        for (int code : new int[] {0, 7, 19, 48, 52, 53, 63, 64, 4096, -1}) {
            ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).putInt(4, code);
            assertThat(verdict(request)).as("code %d", code).isEqualTo(Request.Verdict.UNKNOWN);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedRequestsNeverMakeUsReadBeyondTheirEnd(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
            byte[] tail = new byte[random.nextInt(64)];
            random.nextBytes(tail);
            byte[] bytes = Arrays.copyOf(whole(operation, tail), Request.HEADER + random.nextInt(256));
            ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            fields.putInt(random.nextInt(8) == 0 ? random.nextInt() : bytes.length);
            for (int i = random.nextInt(12); i > 0; i--) {
                bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            assertThat(verdict(bytes)).isNotEqualTo(Request.Verdict.NO_REQUEST);
        }
    }
}
