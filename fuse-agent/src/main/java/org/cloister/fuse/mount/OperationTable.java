package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.provider.ClosureManager;

/**
 * {@code struct fuse_lowlevel_ops} in native memory. What is left null libfuse answers with ENOSYS, and the kernel then
 * stops asking: flush, access, locks.
 */
final class OperationTable {
    private static final int OPERATIONS = 41;

    private final ClosureManager closures;
    private final long address = Native.MEMORY.allocateMemory((long) OPERATIONS * Long.BYTES, true);
    /** The native side does not keep callbacks alive. */
    private final List<Object> alive = new ArrayList<>();

    OperationTable(ClosureManager closures) {
        this.closures = closures;
    }

    long address() {
        return address;
    }

    long size() {
        return (long) OPERATIONS * Long.BYTES;
    }

    <T> OperationTable put(int index, Class<T> shape, T callback) {
        alive.add(callback);
        long function = closures.getClosurePointer(shape, callback).address();
        MemoryIO.getInstance().putAddress(address + (long) index * Long.BYTES, function);
        return this;
    }

    int callbacks() {
        return alive.size();
    }
}
