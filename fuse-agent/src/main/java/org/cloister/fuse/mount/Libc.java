package org.cloister.fuse.mount;

import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import java.util.function.LongUnaryOperator;

/**
 * System calls as glibc offers them, named as in section 2 of the manual. Paths are bytes that end with a zero; addresses and counts
 * are numbers. Safe for use by many threads.
 */
public final class Libc {
    private static final MemoryIO MEMORY = MemoryIO.getInstance();

    private final NativeFunction open = function("open", 3);
    private final NativeFunction close = function("close", 1);
    private final NativeFunction read = function("read", 3);
    private final NativeFunction write = function("write", 3);
    private final NativeFunction pread = function("pread", 4);
    private final NativeFunction preadv2 = function("preadv2", 5);
    private final NativeFunction pwrite = function("pwrite", 4);
    private final NativeFunction copyFileRange = function("copy_file_range", 6);
    private final NativeFunction ftruncate = function("ftruncate", 2);
    private final NativeFunction fsync = function("fsync", 1);
    private final NativeFunction fdatasync = function("fdatasync", 1);
    private final NativeFunction dup = function("dup", 1);
    private final NativeFunction dup3 = function("dup3", 3);
    private final NativeFunction fallocate = function("fallocate", 4);
    private final NativeFunction ioctl = function("ioctl", 3);
    private final NativeFunction sendfile = function("sendfile", 4);
    private final NativeFunction unlink = function("unlink", 1);
    private final NativeFunction posixFadvise = function("posix_fadvise", 4);
    private final NativeFunction setpriority = function("setpriority", 3);
    private final NativeFunction statx = function("statx", 5);
    private final NativeFunction statvfs = function("statvfs", 2);
    private final NativeFunction lseek = function("lseek", 3);
    private final NativeFunction mount = function("mount", 5);
    private final NativeFunction umount2 = function("umount2", 2);
    private final NativeFunction socketpair = function("socketpair", 4);
    private final NativeFunction recvmsg = function("recvmsg", 3);
    private final NativeFunction kill = function("kill", 2);
    private final NativeFunction madvise = function("madvise", 3);
    private final NativeFunction poll = function("poll", 3);
    private final NativeFunction getuid = function("getuid", 0);
    private final NativeFunction getgid = function("getgid", 0);

    private static NativeFunction function(String name, int arguments) {
        return NativeFunction.of(Library.getDefault(), name, arguments, true);
    }

    /** Of this thread's last call. */
    public int errno() {
        return LastError.getInstance().get();
    }

    public int open(byte[] path, int flags, int mode) {
        return (int) named(path, name -> open.call(name, flags, mode));
    }

    public int close(int descriptor) {
        return (int) close.call(descriptor);
    }

    public long read(int descriptor, long buffer, long count) {
        return read.call(descriptor, buffer, count);
    }

    public long write(int descriptor, long buffer, long count) {
        return write.call(descriptor, buffer, count);
    }

    public long pread(int descriptor, long buffer, long count, long offset) {
        return pread.call(descriptor, buffer, count, offset);
    }

    public long preadv2(int descriptor, long vectors, int vectorCount, long offset, int flags) {
        return preadv2.call(descriptor, vectors, vectorCount, offset, flags);
    }

    public long pwrite(int descriptor, long buffer, long count, long offset) {
        return pwrite.call(descriptor, buffer, count, offset);
    }

    public long copy_file_range(int from, long fromOffset, int to, long toOffset, long length, int flags) {
        return copyFileRange.call(from, fromOffset, to, toOffset, length, flags);
    }

    public int ftruncate(int descriptor, long length) {
        return (int) ftruncate.call(descriptor, length);
    }

    public int fsync(int descriptor) {
        return (int) fsync.call(descriptor);
    }

    public int fdatasync(int descriptor) {
        return (int) fdatasync.call(descriptor);
    }

    public int dup(int descriptor) {
        return (int) dup.call(descriptor);
    }

    public int dup3(int old, int replaced, int flags) {
        return (int) dup3.call(old, replaced, flags);
    }

    public int fallocate(int descriptor, int mode, long offset, long length) {
        return (int) fallocate.call(descriptor, mode, offset, length);
    }

    public int ioctl(int descriptor, long request, long argument) {
        return (int) ioctl.call(descriptor, request, argument);
    }

    public long sendfile(int to, int from, long offsetPointer, long count) {
        return sendfile.call(to, from, offsetPointer, count);
    }

    public int unlink(byte[] path) {
        return (int) named(path, name -> unlink.call(name));
    }

    public int posix_fadvise(int descriptor, long offset, long length, int advice) {
        return (int) posixFadvise.call(descriptor, offset, length, advice);
    }

    public int setpriority(int which, int who, int priority) {
        return (int) setpriority.call(which, who, priority);
    }

    public int statx(int directory, byte[] path, int flags, int mask, long buffer) {
        return (int) named(path, name -> statx.call(directory, name, flags, mask, buffer));
    }

    public int statvfs(byte[] path, long buffer) {
        return (int) named(path, name -> statvfs.call(name, buffer));
    }

    public long lseek(int descriptor, long offset, int whence) {
        return lseek.call(descriptor, offset, whence);
    }

    public int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] options) {
        long[] words = {copied(source), copied(target), copied(type), copied(options)};
        try {
            return (int) mount.call(words[0], words[1], words[2], flags, words[3]);
        } finally {
            for (long word : words) {
                MEMORY.freeMemory(word);
            }
        }
    }

    public int umount2(byte[] target, int flags) {
        return (int) named(target, name -> umount2.call(name, flags));
    }

    public int socketpair(int domain, int type, int protocol, long descriptors) {
        return (int) socketpair.call(domain, type, protocol, descriptors);
    }

    public long recvmsg(int descriptor, long message, int flags) {
        return recvmsg.call(descriptor, message, flags);
    }

    public int kill(int process, int signal) {
        return (int) kill.call(process, signal);
    }

    public int madvise(long address, long length, int advice) {
        return (int) madvise.call(address, length, advice);
    }

    public int poll(long descriptors, long count, int milliseconds) {
        return (int) poll.call(descriptors, count, milliseconds);
    }

    public int getuid() {
        return (int) getuid.call();
    }

    public int getgid() {
        return (int) getgid.call();
    }

    private static long named(byte[] path, LongUnaryOperator call) {
        long name = copied(path);
        try {
            return call.applyAsLong(name);
        } finally {
            MEMORY.freeMemory(name);
        }
    }

    private static long copied(byte[] string) {
        long address = MEMORY.allocateMemory(string.length, false);
        MEMORY.putByteArray(address, string, 0, string.length);
        return address;
    }
}
