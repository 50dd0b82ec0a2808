package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/** The native libraries and raw memory. Loaded before the mount exists, because a class must never be loaded through it. */
public final class Native {
    public static final MemoryIO MEMORY = MemoryIO.getInstance();

    private static final int NAME_LIMIT = 4096;

    private final Libc libc;
    private final Runtime runtime;

    private Native(Libc libc) {
        this.libc = libc;
        this.runtime = Runtime.getRuntime(libc);
    }

    public static Native load() {
        return new Native(LibraryLoader.loadLibrary(
                Libc.class, Map.of(LibraryOption.LoadNow, Boolean.TRUE, LibraryOption.SaveError, Boolean.TRUE), "c"));
    }

    /** Throws {@link UnsatisfiedLinkError} where libfuse2 isn't installed. */
    public static LowLevelFuse loadFuse() {
        return LibraryLoader.loadLibrary(
                LowLevelFuse.class, Map.of(LibraryOption.IgnoreError, Boolean.TRUE), "libfuse.so.2");
    }

    public Libc libc() {
        return libc;
    }

    public Runtime runtime() {
        return runtime;
    }

    /** Of this thread's last call. */
    public int errno() {
        return runtime.getLastError();
    }

    /** Bytes of a C string as a Latin-1 string, which every name can be. */
    static String name(long address) {
        byte[] bytes = MEMORY.getZeroTerminatedByteArray(address, NAME_LIMIT);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A path of ours: UTF-8, zero-terminated. */
    static byte[] path(String path) {
        return (path + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
