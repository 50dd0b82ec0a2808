package org.cloister.fuse.tree;

import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A shipped inode: a row of its layer's {@link InodeTable}, and its children. Immutable once its layer is built; files and whole
 * subtrees are shared between all roots that stack the same layer, so that a root costs memory only for the directories
 * that its layers merge.
 */
public final class LowerNode extends Node {
    /** Unique among all loaded layers, below 2^31. */
    final int number;

    private final InodeTable table;
    private Children children = Children.NONE;

    LowerNode(InodeTable table, int number) {
        this.table = table;
        this.number = number;
    }

    /** The top directory of a layer or root, with nothing in it. */
    static LowerNode emptyTop() {
        return new LowerNode(InodeTable.OF_TOP, LowerTree.TOP);
    }

    private int row() {
        return number - table.first;
    }

    /** The same directory with other children: what a root sees where layers merge. */
    LowerNode merged(Children merged) {
        LowerNode node = new LowerNode(table, number);
        node.children = merged;
        return node;
    }

    /** While its layer is built, once. */
    void fill(Children all) {
        children = all;
    }

    /** No whiteout and no opaque directory below in its layer, so it can be shown where nothing is below. */
    boolean isPlain() {
        return table.is(row(), InodeTable.PLAIN);
    }

    /** A name below in its layer leads to an inode with several. */
    boolean hasHardLinks() {
        return table.is(row(), InodeTable.LINKS_BELOW);
    }

    public int number() {
        return number;
    }

    /** Names of the same inode in its layer. */
    int links() {
        return table.links(row());
    }

    /** Content of a file; null for everything else. Made anew at each call. */
    public @Nullable Digest object() {
        return table.object(row());
    }

    boolean isOpaque() {
        return table.is(row(), InodeTable.OPAQUE);
    }

    boolean isWhiteout() {
        return table.is(row(), InodeTable.WHITEOUT);
    }

    Children children() {
        return children;
    }

    /** In its own layer the first one; empty for the top. Made anew at each call. */
    String name() {
        return table.name(row());
    }

    /** As {@link String#compareTo} of the name with {@code other}. */
    int compareName(String other) {
        return table.compareName(row(), other);
    }

    /** Path in its own layer (the first of a hard link), without a leading slash; empty for the top. */
    String path() {
        return table.path(row());
    }

    @Override
    public int mode() {
        return table.mode(row());
    }

    @Override
    public int uid() {
        return (int) (table.owner(row()) >>> 32);
    }

    @Override
    public int gid() {
        return (int) table.owner(row());
    }

    @Override
    public long size() {
        String target = target();
        return target == null ? table.sizes[row()] : target.length();
    }

    @Override
    public long atime() {
        return mtime();
    }

    @Override
    public long mtime() {
        return table.mtimes[row()];
    }

    @Override
    public long ctime() {
        return mtime();
    }

    @Override
    public long device() {
        return table.device(row());
    }

    @Override
    public @Nullable String target() {
        return table.target(row());
    }

    @Override
    public Attributes attributes() {
        return table.attributes(row());
    }
}
