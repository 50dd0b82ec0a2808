package org.cloister.fuse.tree;

import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A shipped inode. Immutable once its layer is built; files and whole subtrees are shared between all roots that stack
 * the same layer, so that a root costs memory only for the directories that its layers merge.
 */
public final class LowerNode extends Node {
    /** Unique among all loaded layers, below 2^31. */
    final int number;

    /** Where its layer has it (the first name of a hard link); null for the top of a layer or of a root. */
    final @Nullable LowerNode parent;

    final String name;
    private final LowerEntry entry;
    /** Names of the same inode in its layer. */
    final int links;

    private Children children = Children.NONE;
    /** No whiteout and no opaque directory below, so it can be shown where nothing is below. */
    private boolean plain = true;
    /** A name below leads to an inode with several. */
    private boolean hardLinks;

    LowerNode(int number, @Nullable LowerNode parent, String name, LowerEntry entry, int links) {
        this.number = number;
        this.parent = parent;
        this.name = name;
        this.entry = entry;
        this.links = links;
    }

    /** The same directory with other children: what a root sees where layers merge. */
    LowerNode merged(Children merged) {
        LowerNode node = new LowerNode(number, parent, name, entry, links);
        node.children = merged;
        return node;
    }

    /** While its layer is built, once, after its children's. */
    void fill(Children all) {
        children = all;
        for (int i = 0; i < all.size(); i++) {
            LowerNode child = all.node(i);
            plain &= child.plain && !child.isWhiteout() && !child.isOpaque();
            hardLinks |= child.hardLinks || child.links > 1;
        }
    }

    boolean isPlain() {
        return plain;
    }

    boolean hasHardLinks() {
        return hardLinks;
    }

    public int number() {
        return number;
    }

    /** Content of a file; null for everything else. */
    public @Nullable Digest object() {
        return entry.object();
    }

    boolean isOpaque() {
        return entry.kind() == LowerEntry.Kind.OPAQUE;
    }

    boolean isWhiteout() {
        return entry.kind() == LowerEntry.Kind.WHITEOUT;
    }

    Children children() {
        return children;
    }

    /** Path in its own layer, without a leading slash; empty for the top. */
    String path() {
        if (parent == null) {
            return "";
        }
        String above = parent.path();
        return above.isEmpty() ? name : above + "/" + name;
    }

    @Override
    public int mode() {
        return entry.kind().type() | entry.permissions();
    }

    @Override
    public int uid() {
        return entry.uid();
    }

    @Override
    public int gid() {
        return entry.gid();
    }

    @Override
    public long size() {
        String target = entry.target();
        return target == null ? entry.size() : target.length();
    }

    @Override
    public long atime() {
        return entry.mtime();
    }

    @Override
    public long mtime() {
        return entry.mtime();
    }

    @Override
    public long ctime() {
        return entry.mtime();
    }

    @Override
    public long device() {
        return entry.device();
    }

    @Override
    public @Nullable String target() {
        return entry.target();
    }

    @Override
    public Attributes attributes() {
        return entry.attributes();
    }
}
