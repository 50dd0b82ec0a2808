package org.cloister.fuse.tree;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A POSIX access control list (acl(5)) in the form of its extended attribute ({@code linux/posix_acl_xattr.h}). Immutable. */
final class Acl {
    static final String ACCESS = "system.posix_acl_access";
    static final String DEFAULT = "system.posix_acl_default";

    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int ENTRY = 8;
    private static final int OWNER = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OF_FILE = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHERS = 0x20;
    private static final int ALL = 7;
    private static final int PERMISSIONS = 0777;

    private final int[] tags;
    private final int[] permissions;
    private final int[] ids;

    private Acl(int[] tags, int[] permissions, int[] ids) {
        this.tags = tags;
        this.permissions = permissions;
        this.ids = ids;
    }

    /** Null: not in the form that the kernel gives and takes. */
    static @Nullable Acl parse(byte[] value) {
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length < HEADER || (value.length - HEADER) % ENTRY != 0 || bytes.getInt() != VERSION) {
            return null;
        }
        int count = (value.length - HEADER) / ENTRY;
        Acl acl = new Acl(new int[count], new int[count], new int[count]);
        for (int i = 0; i < count; i++) {
            acl.tags[i] = bytes.getShort();
            acl.permissions[i] = bytes.getShort();
            acl.ids[i] = bytes.getInt();
        }
        return acl.isWhole() ? acl : null;
    }

    private boolean isWhole() {
        for (int permission : permissions) {
            if ((permission & ~ALL) != 0) {
                return false;
            }
        }
        boolean masked = index(MASK) >= 0 || (index(USER) < 0 && index(GROUP) < 0);
        return index(OWNER) >= 0 && index(GROUP_OF_FILE) >= 0 && index(OTHERS) >= 0 && masked;
    }

    private int index(int tag) {
        for (int i = 0; i < tags.length; i++) {
            if (tags[i] == tag) {
                return i;
            }
        }
        return -1;
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + tags.length * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(VERSION);
        for (int i = 0; i < tags.length; i++) {
            bytes.putShort((short) tags[i]).putShort((short) permissions[i]).putInt(ids[i]);
        }
        return bytes.array();
    }

    /** It says no more than permission bits can. */
    boolean isMinimal() {
        return tags.length == 3;
    }

    /** What stands for the group in the permission bits: the mask, where there is one. */
    private int group() {
        int mask = index(MASK);
        return mask >= 0 ? mask : index(GROUP_OF_FILE);
    }

    /** The permission bits of a file with this list. */
    int permissions() {
        return permissions[index(OWNER)] << 6 | permissions[group()] << 3 | permissions[index(OTHERS)];
    }

    /** After chmod(2). */
    Acl with(int mode) {
        int[] changed = permissions.clone();
        changed[index(OWNER)] = mode >> 6 & ALL;
        changed[group()] = mode >> 3 & ALL;
        changed[index(OTHERS)] = mode & ALL;
        return new Acl(tags, changed, ids);
    }

    /** Of a new file in a directory whose default this is: no more than the creator asked for. */
    Acl inherited(int mode) {
        return with(permissions() & mode & PERMISSIONS);
    }
}
