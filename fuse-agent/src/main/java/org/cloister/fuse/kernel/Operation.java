package org.cloister.fuse.kernel;

import org.jspecify.annotations.Nullable;

/** What the kernel can ask ({@code enum fuse_opcode}), and what a request for it must at least carry. */
enum Operation {
    LOOKUP(1, 0, 1),
    FORGET(2, 8, 0),
    GETATTR(3, 16, 0),
    SETATTR(4, 88, 0),
    READLINK(5, 0, 0),
    SYMLINK(6, 0, 2),
    MKNOD(8, 16, 1),
    MKDIR(9, 8, 1),
    UNLINK(10, 0, 1),
    RMDIR(11, 0, 1),
    RENAME(12, 8, 2),
    LINK(13, 8, 1),
    OPEN(14, 8, 0),
    READ(15, 40, 0),
    WRITE(16, 40, 0, 16, 1),
    STATFS(17, 0, 0),
    RELEASE(18, 24, 0),
    FSYNC(20, 16, 0),
    SETXATTR(21, 8, 1, 0, 1),
    GETXATTR(22, 8, 1),
    LISTXATTR(23, 8, 0),
    REMOVEXATTR(24, 0, 1),
    FLUSH(25, 24, 0),
    INIT(26, 16, 0),
    OPENDIR(27, 8, 0),
    READDIR(28, 40, 0),
    RELEASEDIR(29, 24, 0),
    FSYNCDIR(30, 16, 0),
    ACCESS(34, 8, 0),
    CREATE(35, 16, 1),
    INTERRUPT(36, 8, 0),
    DESTROY(38, 0, 0),
    IOCTL(39, 32, 0),
    POLL(40, 24, 0),
    BATCH_FORGET(42, 8, 0, 0, 16),
    FALLOCATE(43, 32, 0),
    READDIRPLUS(44, 40, 0),
    RENAME2(45, 16, 2),
    LSEEK(46, 24, 0),
    COPY_FILE_RANGE(47, 56, 0),
    SYNCFS(50, 8, 0),
    TMPFILE(51, 16, 1);

    private static final int NONE = -1;
    private static final Operation[] BY_CODE = new Operation[64];

    static {
        for (Operation operation : values()) {
            BY_CODE[operation.code] = operation;
        }
    }

    final int code;
    /** Bytes of the structure that every such request begins with. */
    final int fixed;
    /** Zero-terminated strings after it. */
    final int names;
    /** Where the structure says how many items follow the strings; negative: none do. */
    final int countAt;

    final int itemSize;

    Operation(int code, int fixed, int names) {
        this(code, fixed, names, NONE, 0);
    }

    Operation(int code, int fixed, int names, int countAt, int itemSize) {
        this.code = code;
        this.fixed = fixed;
        this.names = names;
        this.countAt = countAt;
        this.itemSize = itemSize;
    }

    /** Null: unknown here, to be answered with ENOSYS, after which the kernel does without. */
    static @Nullable Operation of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }

    /** The kernel does not wait for an answer and would not take one. */
    boolean isUnanswered() {
        return this == FORGET || this == BATCH_FORGET;
    }
}
