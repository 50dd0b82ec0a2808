package org.cloister.fuse.mount;

import ru.serce.jnrfuse.LibFuse;

/**
 * What jnr-fuse's own binding leaves out: the low-level half of libfuse2 (fuse_lowlevel.h 2.9), which speaks of nodes and not
 * of paths and can tell the kernel what to forget. Addresses are plain longs, so that jnr-ffi compiles direct stubs.
 */
public interface LowLevelFuse extends LibFuse {
    long fuse_mount(byte[] mountpoint, long args);

    void fuse_unmount(byte[] mountpoint, long channel);

    long fuse_lowlevel_new(long args, long operations, long operationsSize, long userdata);

    void fuse_session_add_chan(long session, long channel);

    void fuse_session_remove_chan(long channel);

    void fuse_session_destroy(long session);

    void fuse_session_exit(long session);

    int fuse_session_exited(long session);

    long fuse_chan_bufsize(long channel);

    int fuse_chan_recv(long channelPointer, long buffer, long size);

    void fuse_session_process(long session, long buffer, long length, long channel);

    int fuse_reply_err(long request, int errno);

    void fuse_reply_none(long request);

    int fuse_reply_entry(long request, long entry);

    int fuse_reply_create(long request, long entry, long fileInfo);

    int fuse_reply_attr(long request, long stat, double seconds);

    int fuse_reply_readlink(long request, long target);

    int fuse_reply_open(long request, long fileInfo);

    int fuse_reply_write(long request, long count);

    int fuse_reply_buf(long request, long buffer, long size);

    int fuse_reply_statfs(long request, long statvfs);

    int fuse_reply_xattr(long request, long count);

    /** Address of {@code struct fuse_ctx { uid_t uid; gid_t gid; pid_t pid; mode_t umask; }}. */
    long fuse_req_ctx(long request);

    int fuse_lowlevel_notify_inval_inode(long channel, long node, long offset, long length);

    int fuse_lowlevel_notify_inval_entry(long channel, long parent, long name, long nameLength);
}
