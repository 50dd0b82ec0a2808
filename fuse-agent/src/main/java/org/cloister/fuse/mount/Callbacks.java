package org.cloister.fuse.mount;

import jnr.ffi.annotations.Delegate;

/** The shapes of the functions in {@code struct fuse_lowlevel_ops}. Addresses and 64-bit numbers are longs. */
public final class Callbacks {
    private Callbacks() {}

    public interface Two {
        @Delegate
        void call(long a, long b);
    }

    public interface Three {
        @Delegate
        void call(long a, long b, long c);
    }

    public interface Four {
        @Delegate
        void call(long a, long b, long c, long d);
    }

    public interface Five {
        @Delegate
        void call(long a, long b, long c, long d, long e);
    }

    public interface Six {
        @Delegate
        void call(long a, long b, long c, long d, long e, long f);
    }

    /** mkdir. */
    public interface ThreeAndMode {
        @Delegate
        void call(long a, long b, long c, int mode);
    }

    /** setattr, mknod, create. */
    public interface ThreeModeAndOne {
        @Delegate
        void call(long a, long b, long c, int mode, long d);
    }

    /** fsync, fsyncdir. */
    public interface TwoFlagAndOne {
        @Delegate
        void call(long a, long b, int flag, long c);
    }

    /** setxattr. */
    public interface FiveAndFlags {
        @Delegate
        void call(long a, long b, long c, long d, long e, int flags);
    }

    /** fallocate. */
    public interface TwoModeAndThree {
        @Delegate
        void call(long a, long b, int mode, long c, long d, long e);
    }
}
