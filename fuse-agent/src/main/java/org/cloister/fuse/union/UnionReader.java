package org.cloister.fuse.union;

import java.util.ArrayList;
import java.util.List;
import org.cloister.fuse.tree.Directory;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.Outcome;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionTree;
import org.jspecify.annotations.Nullable;

/** Questions about nodes. No system call and, but for listings, no allocation. Safe for all threads. */
public final class UnionReader {
    /** Cookies of the names that every directory has. */
    private static final int DOTS = 2;

    private final Roots roots;
    private final Ownership ownership;
    private final long started;

    /** {@code started} is shown as the times of the mount's own top. */
    public UnionReader(Roots roots, Ownership ownership, long started) {
        this.roots = roots;
        this.ownership = ownership;
        this.started = started;
    }

    public Status lookup(long parent, String name, Stat out) {
        if (parent == NodeId.MOUNT) {
            UnionRoot root = roots.awaited(name);
            return root == null ? Status.NOT_FOUND : describe(root.id(UnionTree.TOP), out);
        }
        UnionRoot root = roots.of(parent);
        if (root == null) {
            return Status.STALE;
        }
        long stamp = root.lock.readLock();
        try {
            Outcome found = root.tree.lookup(NodeId.local(parent), name);
            return found instanceof Node node ? root.describe(node, out) : (Status) found;
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    public Status describe(long node, Stat out) {
        if (node == NodeId.MOUNT) {
            return describeTop(out);
        }
        UnionRoot root = roots.of(node);
        if (root == null) {
            return Status.STALE;
        }
        long stamp = root.lock.readLock();
        try {
            Node found = root.tree.node(NodeId.local(node));
            return found == null ? Status.STALE : root.describe(found, out);
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    private Status describeTop(Stat out) {
        out.node = NodeId.MOUNT;
        out.mode = Mode.DIRECTORY | 0755;
        out.links = 2;
        out.uid = ownership.hostUser(0);
        out.gid = ownership.hostGroup(0);
        out.size = Stat.DIRECTORY_SIZE;
        out.device = 0;
        out.sparse = false;
        out.atime = started;
        out.mtime = started;
        out.ctime = started;
        return Status.OK;
    }

    /** Null: the node is gone, or no directory. Numbers in the listing are {@link #listed}. */
    public @Nullable Directory list(long node) {
        if (node == NodeId.MOUNT) {
            return roots.list();
        }
        return ask(node, (root, found) -> found.isDirectory() ? root.tree.list(found) : null);
    }

    /** Takes the entries of a directory one by one. {@code cookie} is what a later listing goes on after. */
    public interface Listing {
        /** {@code stat} is only good during the call. False: no room, and this entry was not taken. */
        boolean take(String name, Stat stat, long cookie);
    }

    /**
     * Lists {@code node} behind the cookie {@code after} (0: all), {@code .} and {@code ..} first, until {@code listing} has no
     * room. A name that is there all the while is listed once, whatever else changes between one call and the next.
     */
    public Status list(long node, long after, Stat stat, Listing listing) {
        Status known = describe(node, stat);
        if (known != Status.OK || (stat.mode & Mode.TYPE) != Mode.DIRECTORY) {
            return known == Status.OK ? Status.NOT_DIRECTORY : known;
        }
        if ((after < 1 && !listing.take(".", stat, 1)) || (after < DOTS && !listing.take("..", stat, DOTS))) {
            return Status.OK;
        }
        long from = Math.max(0, after - DOTS);
        return node == NodeId.MOUNT ? listRoots(from, stat, listing) : listNames(node, from, stat, listing);
    }

    private Status listRoots(long after, Stat stat, Listing listing) {
        for (UnionRoot root : roots.allAwaited()) {
            long cookie = root.slot + 1L;
            if (cookie > after) {
                describe(root.id(UnionTree.TOP), stat);
                if (!listing.take(root.name.text(), stat, cookie + DOTS)) {
                    break;
                }
            }
        }
        return Status.OK;
    }

    private Status listNames(long directory, long after, Stat stat, Listing listing) {
        UnionRoot root = roots.of(directory);
        if (root == null) {
            return Status.STALE;
        }
        long stamp = root.lock.readLock();
        try {
            Node found = root.tree.node(NodeId.local(directory));
            if (found == null || !found.isDirectory()) {
                return Status.STALE;
            }
            root.tree.list(found, after, (name, node, cookie) -> {
                root.describe(node, stat);
                return listing.take(name, stat, cookie + DOTS);
            });
            return Status.OK;
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    /** The node number of an entry of a listing of {@code directory}. */
    public static long listed(long directory, long local) {
        return directory == NodeId.MOUNT ? local : NodeId.of(NodeId.slot(directory), local);
    }

    /** Null: gone, or no symbolic link. */
    public @Nullable String target(long node) {
        return ask(node, (root, found) -> found.target());
    }

    public byte @Nullable [] attribute(long node, String name) {
        return ask(node, (root, found) -> found.attributes().get(name));
    }

    public List<String> attributeNames(long node) {
        List<String> names =
                ask(node, (root, found) -> new ArrayList<>(found.attributes().names()));
        return names == null ? List.of() : names;
    }

    private interface Question<T> {
        @Nullable
        T answer(UnionRoot root, Node node);
    }

    private <T> @Nullable T ask(long node, Question<T> question) {
        UnionRoot root = roots.of(node);
        if (root == null) {
            return null;
        }
        long stamp = root.lock.readLock();
        try {
            Node found = root.tree.node(NodeId.local(node));
            return found == null ? null : question.answer(root, found);
        } finally {
            root.lock.unlockRead(stamp);
        }
    }
}
