package org.cloister.fuse.union;

import java.util.concurrent.locks.StampedLock;
import org.cloister.events.RootName;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.NodeWriter;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionTree;
import org.cloister.fuse.tree.UnionWriter;
import org.cloister.fuse.tree.UpperNode;

/** One root with its lock. The tree is read under the lock in shared mode and changed under it in exclusive mode. */
final class UnionRoot {
    final RootName name;
    final int slot;
    final StampedLock lock;
    final Writable writable;
    final UnionTree tree;
    final UnionWriter names;
    final NodeWriter nodes;
    private final Ownership ownership;

    UnionRoot(RootName name, int slot, StampedLock lock, UnionTree tree, Writable writable, Ownership ownership) {
        this.lock = lock;
        this.name = name;
        this.slot = slot;
        this.tree = tree;
        this.writable = writable;
        this.names = new UnionWriter(tree);
        this.nodes = new NodeWriter(tree);
        this.ownership = ownership;
    }

    /** Begins a change. */
    long begin() {
        return lock.writeLock();
    }

    /** The change that was begun counts from now on; it led to {@code node}, or 0. */
    void end(long stamp, Receipt receipt, long node) {
        try {
            writable.made(receipt, node);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** As {@link #end(long, Receipt, long)}, when nobody asked for the change. */
    void end(long stamp) {
        end(stamp, Receipt.NONE, 0);
    }

    long id(long local) {
        return NodeId.of(slot, local);
    }

    /** OK, or why nothing can be added. Called without the lock. */
    Status mayGrow() {
        Status refusal = writable.mayGrow();
        return refusal != Status.OK && writable.makeRoom() ? Status.OK : refusal;
    }

    /** Called under the lock. */
    Status describe(Node node, Stat out) {
        out.node = id(tree.local(node));
        out.mode = node.mode();
        out.links = tree.links(node);
        out.uid = ownership.hostUser(node.uid());
        out.gid = ownership.hostGroup(node.gid());
        out.size = node.isDirectory() ? Stat.DIRECTORY_SIZE : node.size();
        out.device = node.device();
        out.atime = node.atime();
        out.mtime = node.mtime();
        out.ctime = node.ctime();
        out.sparse = node instanceof UpperNode upper && upper.mayHaveHoles();
        return Status.OK;
    }
}
