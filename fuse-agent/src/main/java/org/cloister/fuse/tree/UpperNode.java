package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * An inode that was created in its root, or a shipped one of which something changed. A shipped inode keeps its number
 * and, until it is written to, its content; so copy-up happens under every name at once and hard links stay links.
 */
public final class UpperNode extends Node {
    /** In {@link #names}: the shipped name is gone. */
    static final UpperNode WHITEOUT = new UpperNode(0, 0, null);

    private final long id;
    private final long local;

    @Nullable
    LowerNode lower;
    /** Attributes are no longer those of the shipped inode. */
    boolean ownAttributes;
    /** Content stands in the backing file named {@link #id}. */
    boolean ownContent;

    int mode;
    int uid;
    int gid;
    long size;
    long atime;
    long mtime;
    long ctime;
    long device;

    @Nullable
    String target;

    Attributes attributes = Attributes.NONE;
    /** As stat(2): names of a file, two and the subdirectories of a directory; 0 when unlinked. */
    int links;
    /** The backing file may take less room than its size says. */
    boolean holes;
    /** A file that was made without a name and may still get one. */
    boolean nameless;
    /** Of a directory: what was bound here, over the shipped names. */
    @Nullable
    Names names;

    UpperNode(long id, long local, @Nullable LowerNode lower) {
        this.id = id;
        this.local = local;
        this.lower = lower;
        if (lower != null) {
            inherit(lower);
        }
    }

    /** A write or a change of owner would take something from it (chown(2), capabilities(7)). */
    public boolean isPrivileged() {
        return (mode & (Mode.SETUID | Mode.SETGID)) != 0 || attributes.get(NodeWriter.CAPABILITY) != null;
    }

    /** Takes the attributes of the shipped inode again. */
    void inherit(LowerNode from) {
        mode = from.mode();
        uid = from.uid();
        gid = from.gid();
        if (!ownContent) {
            size = from.size();
        }
        atime = from.atime();
        mtime = from.mtime();
        ctime = from.ctime();
        device = from.device();
        target = from.target();
        attributes = from.attributes();
    }

    void bind(String name, UpperNode child) {
        if (names == null) {
            names = new Names();
        }
        names.put(name, child);
    }

    /** As it was kept over a restart. */
    void rebind(SavedName saved, UpperNode child) {
        if (names == null) {
            names = new Names();
        }
        names.restore(saved.name(), child, saved.cookie());
    }

    /** Where a listing of this directory goes on after {@code name}; 0: not bound here. */
    public long cookie(String name) {
        return names == null ? 0 : names.cookie(name);
    }

    /** Persistent, unique in its root, never used again; names the backing file. */
    public long id() {
        return id;
    }

    /** The inode number within its root while this process runs. */
    public long local() {
        return local;
    }

    public @Nullable LowerNode lower() {
        return lower;
    }

    public boolean ownAttributes() {
        return ownAttributes;
    }

    public boolean ownContent() {
        return ownContent;
    }

    public int links() {
        return links;
    }

    /** Less room may be taken than {@link #size} says. */
    public boolean mayHaveHoles() {
        return holes;
    }

    /** It never had a name. */
    public boolean isNameless() {
        return nameless;
    }

    @Override
    public int mode() {
        return mode;
    }

    @Override
    public int uid() {
        return uid;
    }

    @Override
    public int gid() {
        return gid;
    }

    @Override
    public long size() {
        String link = target;
        return link == null ? size : link.length();
    }

    @Override
    public long atime() {
        return atime;
    }

    @Override
    public long mtime() {
        return mtime;
    }

    @Override
    public long ctime() {
        return ctime;
    }

    @Override
    public long device() {
        return device;
    }

    @Override
    public @Nullable String target() {
        return target;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }
}
