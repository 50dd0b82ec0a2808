package org.cloister.agent.root;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The system calls that no program of a root gets (seccomp(2)), in the form that bubblewrap reads ({@code --seccomp}): those through which a user's
 * <em>number</em> reaches what is the host's, and which no namespace of a root holds back.
 *
 * <ul>
 *   <li>Keyrings (keyrings(7)) belong to a number, and root of a root has that of the host's root: ENOSYS, as in a kernel without them.
 *   <li>TIOCSTI and TIOCLINUX (ioctl_tty(2)) type into the terminal that a program was started from: EPERM.
 *   <li>{@link #ROOT} makes no user namespace: in one, root of a root would have all capabilities, and every control group and kernel file that root owns
 *       would be its own. EPERM; clone3(2), whose flags no filter can see, is ENOSYS, and C libraries do without.
 * </ul>
 *
 * Of amd64 and arm64 with their 32-bit programs; on other machines nothing is filtered.
 */
public enum SystemCallFilter {
    /** For whoever has the number of the machine's root. */
    ROOT(true),
    /** For ordinary users' programs, which may sandbox themselves further (browsers do). */
    USER(false);

    // linux/audit.h
    private static final List<Machine> MACHINES = List.of(
            new Machine(0xC000003E, new int[] {248, 249, 250}, 16, 56, 272, true),
            new Machine(0x40000003, new int[] {286, 287, 288}, 54, 120, 310, false),
            new Machine(0xC00000B7, new int[] {217, 218, 219}, 29, 220, 97, false),
            new Machine(0x40000028, new int[] {309, 310, 311}, 54, 120, 337, false));

    /** The same everywhere, as all calls since Linux 5.1. */
    private static final int CLONE3 = 435;

    private static final int X32 = 0x40000000;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    private static final int CLONE_NEWUSER = 0x10000000;

    // linux/bpf_common.h: a word of seccomp_data, and jumps by the accumulator.
    private static final int LOAD = 0x20;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    // struct seccomp_data, the low half of an argument in a little-endian machine: the kernel looks at no more of
    // these.
    private static final int NUMBER = 0;
    private static final int MACHINE = 4;
    private static final int FIRST_ARGUMENT = 16;
    private static final int SECOND_ARGUMENT = 24;

    private static final int ALLOW = 0x7FFF0000;
    private static final int ERROR = 0x00050000;
    private static final int EPERM = ERROR | 1;
    private static final int ENOSYS = ERROR | 38;
    private static final int INSTRUCTION_BYTES = 8;

    private final boolean withoutNamespaces;

    SystemCallFilter(boolean withoutNamespaces) {
        this.withoutNamespaces = withoutNamespaces;
    }

    /** Numbers of calls (syscall(2)). @param fork clone(2). @param x32 whether calls of a third kind have the same machine */
    private record Machine(int audit, int[] keys, int ioctl, int fork, int unshare, boolean x32) {}

    /** Where its file is. @param directory of all filters */
    public Path in(Path directory) {
        return directory.resolve(name().toLowerCase(Locale.ROOT));
    }

    /** Writes all filters, for every user to read. */
    public static void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (SystemCallFilter filter : values()) {
            Path file = filter.in(directory);
            Path fresh = file.resolveSibling("." + file.getFileName());
            Files.write(fresh, filter.program());
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** {@code struct sock_filter[]} of a little-endian machine. */
    byte[] program() {
        List<Long> program = new ArrayList<>();
        for (Machine machine : MACHINES) {
            List<Long> calls = calls(machine);
            program.add(step(LOAD, 0, 0, MACHINE));
            program.add(step(IF_EQUAL, 0, calls.size(), machine.audit()));
            program.addAll(calls);
        }
        program.add(step(RETURN, 0, 0, ALLOW));
        ByteBuffer bytes =
                ByteBuffer.allocate(program.size() * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        program.forEach(bytes::putLong);
        return bytes.array();
    }

    private List<Long> calls(Machine machine) {
        List<Long> steps = new ArrayList<>();
        steps.add(step(LOAD, 0, 0, NUMBER));
        if (machine.x32()) {
            steps.add(step(IF_AT_LEAST, 0, 1, X32));
            steps.add(step(RETURN, 0, 0, ENOSYS));
        }
        for (int call : machine.keys()) {
            steps.add(step(IF_EQUAL, 0, 1, call));
            steps.add(step(RETURN, 0, 0, ENOSYS));
        }
        steps.add(step(IF_EQUAL, 0, 5, machine.ioctl()));
        steps.add(step(LOAD, 0, 0, SECOND_ARGUMENT));
        steps.add(step(IF_EQUAL, 1, 0, TIOCSTI));
        steps.add(step(IF_EQUAL, 0, 1, TIOCLINUX));
        steps.add(step(RETURN, 0, 0, EPERM));
        steps.add(step(RETURN, 0, 0, ALLOW));
        if (withoutNamespaces) {
            steps.add(step(IF_EQUAL, 0, 1, CLONE3));
            steps.add(step(RETURN, 0, 0, ENOSYS));
            steps.add(step(IF_EQUAL, 1, 0, machine.fork()));
            steps.add(step(IF_EQUAL, 0, 3, machine.unshare()));
            steps.add(step(LOAD, 0, 0, FIRST_ARGUMENT));
            steps.add(step(IF_ANY_BIT, 0, 1, CLONE_NEWUSER));
            steps.add(step(RETURN, 0, 0, EPERM));
        }
        steps.add(step(RETURN, 0, 0, ALLOW));
        return steps;
    }

    /** {@code struct sock_filter}: 16 bits of code, how many to leave out where it is so and where not, 32 bits of operand. */
    private static long step(int code, int ifSo, int ifNot, int operand) {
        return code | (long) ifSo << 16 | (long) ifNot << 24 | (long) operand << 32;
    }
}
