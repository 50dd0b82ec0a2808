package org.cloister.fuse.mount;

/**
 * System calls as glibc offers them. Paths are bytes that end with a zero. Names as in section 2 of the manual. At most five
 * arguments: jnr-ffi 2.2.16 hands a sixth one over as garbage (seen with copy_file_range(2) on x86-64); see {@link Native}.
 */
public interface Libc {
    int open(byte[] path, int flags, int mode);

    int close(int descriptor);

    long read(int descriptor, long buffer, long count);

    long write(int descriptor, long buffer, long count);

    long pread(int descriptor, long buffer, long count, long offset);

    long preadv2(int descriptor, long vectors, int vectorCount, long offset, int flags);

    long pwrite(int descriptor, long buffer, long count, long offset);

    int ftruncate(int descriptor, long length);

    int fsync(int descriptor);

    int fdatasync(int descriptor);

    int dup3(int old, int replaced, int flags);

    int fallocate(int descriptor, int mode, long offset, long length);

    int ioctl(int descriptor, long request, long argument);

    long sendfile(int to, int from, long offsetPointer, long count);

    int unlink(byte[] path);

    int posix_fadvise(int descriptor, long offset, long length, int advice);

    int setpriority(int which, int who, int priority);

    int statx(int directory, byte[] path, int flags, int mask, long buffer);

    int statvfs(byte[] path, long buffer);

    long lseek(int descriptor, long offset, int whence);

    int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] options);

    int socketpair(int domain, int type, int protocol, long descriptors);

    long recvmsg(int descriptor, long message, int flags);

    int dup(int descriptor);

    int umount2(byte[] target, int flags);

    int kill(int process, int signal);

    int madvise(long address, long length, int advice);

    int poll(long descriptors, long count, int milliseconds);

    int getuid();

    int getgid();
}
