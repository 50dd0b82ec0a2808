package org.cloister.agent.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filters as the kernel runs them (bpf(4), the instructions that they use). */
class SystemCallFilterTest {
    private static final int ALLOWED = 0x7FFF0000;
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int X86_64 = 0xC000003E;
    private static final int I386 = 0x40000003;
    private static final int AARCH64 = 0xC00000B7;
    private static final int ARM = 0x40000028;
    private static final int NEW_USER = 0x10000000;
    private static final int NEW_PROCESS = 0x01200011;

    @TempDir
    Path temp;

    @Test
    void keysAreNotThereOnAnyMachine() {
        for (SystemCallFilter filter : SystemCallFilter.values()) {
            for (int call : List.of(248, 249, 250)) {
                assertThat(answer(filter, X86_64, call, 0, 0)).isEqualTo(ENOSYS);
                // The 32-bit machine has other calls there.
                assertThat(answer(filter, I386, call, 0, 0)).isEqualTo(ALLOWED);
            }
            assertThat(answer(filter, I386, 288, 0, 0)).isEqualTo(ENOSYS);
            assertThat(answer(filter, AARCH64, 219, 0, 0)).isEqualTo(ENOSYS);
            assertThat(answer(filter, ARM, 311, 0, 0)).isEqualTo(ENOSYS);
        }
    }

    @Test
    void nobodyTypesIntoATerminalAlsoNotWithMoreBitsThanTheKernelLooksAt() {
        for (SystemCallFilter filter : SystemCallFilter.values()) {
            assertThat(answer(filter, X86_64, 16, 0, 0x5412)).isEqualTo(EPERM);
            assertThat(answer(filter, X86_64, 16, 0, 0xA_0000_5412L)).isEqualTo(EPERM);
            assertThat(answer(filter, X86_64, 16, 0, 0x541C)).isEqualTo(EPERM);
            assertThat(answer(filter, X86_64, 16, 0, 0x5413)).isEqualTo(ALLOWED);
            assertThat(answer(filter, AARCH64, 29, 0, 0x5412)).isEqualTo(EPERM);
            assertThat(answer(filter, I386, 54, 0, 0x5412)).isEqualTo(EPERM);
        }
    }

    @Test
    void onlyTheNumberOfRootMakesNoUserNamespace() {
        assertThat(answer(SystemCallFilter.ROOT, X86_64, 272, NEW_USER, 0)).isEqualTo(EPERM);
        assertThat(answer(SystemCallFilter.ROOT, X86_64, 272, 0x20000, 0)).isEqualTo(ALLOWED);
        assertThat(answer(SystemCallFilter.ROOT, X86_64, 56, NEW_USER | NEW_PROCESS, 0))
                .isEqualTo(EPERM);
        assertThat(answer(SystemCallFilter.ROOT, X86_64, 56, NEW_PROCESS, 0)).isEqualTo(ALLOWED);
        assertThat(answer(SystemCallFilter.ROOT, X86_64, 435, 0, 0)).isEqualTo(ENOSYS);
        assertThat(answer(SystemCallFilter.ROOT, AARCH64, 97, NEW_USER, 0)).isEqualTo(EPERM);
        assertThat(answer(SystemCallFilter.ROOT, AARCH64, 220, NEW_USER, 0)).isEqualTo(EPERM);
        assertThat(answer(SystemCallFilter.USER, X86_64, 272, NEW_USER, 0)).isEqualTo(ALLOWED);
        assertThat(answer(SystemCallFilter.USER, X86_64, 435, 0, 0)).isEqualTo(ALLOWED);
    }

    @Test
    void callsByOtherNumbersOfTheSameMachineAreNone() {
        assertThat(answer(SystemCallFilter.USER, X86_64, 0x40000000 | 250, 0, 0))
                .isEqualTo(ENOSYS);
        assertThat(answer(SystemCallFilter.USER, AARCH64, 0x40000000, 0, 0)).isEqualTo(ALLOWED);
    }

    @Test
    void everyOtherCallIsAllowed() {
        for (int call = 0; call < 600; call++) {
            boolean filtered = List.of(16, 56, 248, 249, 250, 272, 435).contains(call);
            if (!filtered) {
                assertThat(answer(SystemCallFilter.ROOT, X86_64, call, -1, -1))
                        .as("call %d", call)
                        .isEqualTo(ALLOWED);
            }
            assertThat(answer(SystemCallFilter.ROOT, 0x80000016, call, -1, -1)).isEqualTo(ALLOWED);
        }
    }

    @Test
    void everyUserCanReadTheFiles() throws IOException {
        SystemCallFilter.write(temp.resolve("filter"));
        SystemCallFilter.write(temp.resolve("filter"));
        Path file = SystemCallFilter.ROOT.in(temp.resolve("filter"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(file).hasBinaryContent(SystemCallFilter.ROOT.program());
    }

    private static int answer(SystemCallFilter filter, int machine, int call, long first, long second) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(call).putInt(machine).putLong(0).putLong(first).putLong(second);
        ByteBuffer program = ByteBuffer.wrap(filter.program()).order(ByteOrder.LITTLE_ENDIAN);
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int code = program.getShort(at * 8);
            int operand = program.getInt(at * 8 + 4);
            boolean holds;
            switch (code) {
                case 0x20 -> {
                    accumulator = data.getInt(operand);
                    continue;
                }
                case 0x06 -> {
                    return operand;
                }
                case 0x15 -> holds = accumulator == operand;
                case 0x35 -> holds = Integer.compareUnsigned(accumulator, operand) >= 0;
                case 0x45 -> holds = (accumulator & operand) != 0;
                default -> throw new IllegalStateException("instruction " + code);
            }
            at += Byte.toUnsignedInt(program.get(at * 8 + (holds ? 2 : 3)));
        }
    }
}
