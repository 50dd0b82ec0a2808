package org.cloister.fuse.tree;

/** Changes to one node: attributes, size, content, extended attributes. See {@link UnionWriter} for names. */
public final class NodeWriter {
    /** capabilities(7): what makes a program more than who starts it. */
    static final String CAPABILITY = "security.capability";

    private final UnionWriter writer;
    private final Journal journal;

    public NodeWriter(UnionTree tree) {
        this.writer = new UnionWriter(tree);
        this.journal = tree.journal;
    }

    public void setMode(Node node, int permissions, long now) {
        UpperNode own = writer.own(node);
        own.mode = (own.mode & Mode.TYPE) | (permissions & Mode.PERMISSIONS);
        byte[] list = own.attributes.get(Acl.ACCESS);
        Acl acl = list == null ? null : Acl.parse(list);
        if (acl != null) {
            own.attributes =
                    own.attributes.with(Acl.ACCESS, acl.with(permissions).bytes());
        }
        changed(own, now);
    }

    /** -1 leaves a value as it is. */
    public void setOwner(Node node, int uid, int gid, long now) {
        UpperNode own = writer.own(node);
        own.uid = uid == -1 ? own.uid : uid;
        own.gid = gid == -1 ? own.gid : gid;
        changed(own, now);
    }

    public void setTimes(Node node, long atime, long mtime, long ctime) {
        UpperNode own = writer.own(node);
        own.atime = atime;
        own.mtime = mtime;
        changed(own, ctime);
    }

    /**
     * What a write or a change of owner takes away from a file (chown(2), inode(7)): set-user-ID, set-group-ID where the group
     * may execute it or an {@code outsider} does it, capabilities. Nothing happens where there is none of them.
     */
    public void dropPrivileges(Node node, boolean outsider, long now) {
        int kept = node.mode() & ~Mode.SETUID;
        if (outsider || (kept & Mode.GROUP_EXECUTE) != 0) {
            kept &= ~Mode.SETGID;
        }
        boolean capable = node.attributes().get(CAPABILITY) != null;
        if (node.isDirectory() || (kept == node.mode() && !capable)) {
            return;
        }
        UpperNode own = writer.own(node);
        own.mode = kept;
        own.attributes = capable ? own.attributes.without(CAPABILITY) : own.attributes;
        changed(own, now);
    }

    /** The backing file of {@code node} now holds its content, {@code size} bytes long. */
    public void contentCopied(Node node, long size) {
        UpperNode own = writer.own(node);
        own.ownContent = true;
        own.size = size;
        journalled(own);
        journal.replaces(own);
    }

    /** The backing file was cut or extended. */
    public void resized(UpperNode node, long size, long now) {
        node.holes |= size > node.size;
        node.size = size;
        node.mtime = now;
        changed(node, now);
    }

    /** Room in the backing file was taken or given up. */
    public void allocated(UpperNode node, long end, long now) {
        node.holes = true;
        written(node, end, end, now);
    }

    /** Bytes from {@code start} to {@code end} were written to the backing file. */
    public void written(UpperNode node, long start, long end, long now) {
        node.holes |= start > node.size;
        node.size = Math.max(node.size, end);
        node.mtime = now;
        changed(node, now);
    }

    /** The backing file was written by somebody else: it is {@code size} bytes long and was changed at {@code changed}. */
    public void overwritten(UpperNode node, long size, long changed) {
        node.holes = true;
        node.size = size;
        node.mtime = changed;
        changed(node, changed);
    }

    /** As {@link #written}, when somebody else keeps the times. */
    public void filled(UpperNode node, long start, long end) {
        node.holes |= start > node.size;
        if (end > node.size) {
            node.size = end;
            node.ownAttributes = true;
            journalled(node);
        }
    }

    /**
     * Access control lists change the mode, and one that says no more than a mode is not kept. INVALID when it is none.
     * {@code groupKept}: the caller may leave set-group-ID as it is.
     */
    public Status setAcl(Node node, String name, byte[] value, boolean groupKept, long now) {
        Acl acl = Acl.parse(value);
        if (acl == null) {
            return Status.INVALID;
        }
        UpperNode own = writer.own(node);
        boolean access = name.equals(Acl.ACCESS);
        if (access) {
            int kept = groupKept ? own.mode : own.mode & ~Mode.SETGID;
            own.mode = (kept & ~Mode.ACCESS) | acl.permissions();
        }
        own.attributes =
                access && acl.isMinimal() ? own.attributes.without(name) : own.attributes.with(name, acl.bytes());
        changed(own, now);
        return Status.OK;
    }

    public void setAttributes(Node node, Attributes attributes, long now) {
        UpperNode own = writer.own(node);
        own.attributes = attributes;
        changed(own, now);
    }

    private void changed(UpperNode node, long now) {
        node.ctime = now;
        node.ownAttributes = true;
        journalled(node);
    }

    private void journalled(UpperNode node) {
        if (node.links > 0) {
            journal.changed(node);
        } else {
            journal.changedUnlinked(node);
        }
    }
}
