package org.cloister.fuse.union;

import java.util.function.LongPredicate;
import org.cloister.events.Digest;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UpperNode;

/** Content of files: opening, copy-up, sizes, durability. Safe for all threads; no root's lock is held over I/O. */
public final class UnionContent {
    private final Roots roots;
    private final Backing backing;
    private final UnionChanges changes;
    private final OpenFiles files;
    private final NamelessFiles nameless;
    private final CopyUp copyUp;

    public UnionContent(Roots roots, Backing backing, UnionChanges changes) {
        this.roots = roots;
        this.backing = backing;
        this.changes = changes;
        this.files = new OpenFiles(backing);
        this.nameless = new NamelessFiles(backing, files);
        this.copyUp = new CopyUp(backing, files, nameless);
    }

    /** A descriptor, to be given back with {@link #release}. Opening for writing copies a shipped file up first. */
    public int open(long node, boolean write, boolean truncate) throws BackingFailure {
        UnionRoot root = root(node);
        if (write || truncate) {
            ownContent(root, node, truncate ? 0 : Long.MAX_VALUE);
        }
        int descriptor = open(root, node);
        if (truncate) {
            resize(root, node, descriptor, 0);
        }
        return descriptor;
    }

    /** A descriptor for one request, with no regard to who has the file open; to be given back with {@link #release}. */
    public int borrow(long node, boolean write) throws BackingFailure {
        UnionRoot root = root(node);
        if (write) {
            mustGrow(root);
            ownContent(root, node, Long.MAX_VALUE);
        }
        return open(root, node);
    }

    private static void mustGrow(UnionRoot root) throws BackingFailure {
        Status refusal = root.mayGrow();
        if (refusal != Status.OK) {
            throw new BackingFailure(refusal, "nothing can be added to " + root.name);
        }
    }

    /** A write to {@code node} found the disk full. True: what was unlinked before takes no room any more, so it may be tried again. */
    public boolean makeRoom(long node) {
        UnionRoot root = roots.of(node);
        return root != null && nameless.makeRoom(root);
    }

    private int open(UnionRoot root, long node) throws BackingFailure {
        while (true) {
            int joined = files.join(node);
            if (joined >= 0) {
                return joined;
            }
            Place place = Place.of(root, node);
            int opened = open(root, place);
            int registered = files.register(node, opened, () -> isAt(root, node, place));
            if (registered >= 0) {
                return registered;
            }
        }
    }

    private int open(UnionRoot root, Place place) throws BackingFailure {
        try {
            return openOnce(root, place);
        } catch (BackingFailure failure) {
            if (failure.status() == Status.TOO_MANY_OPEN && files.closeIdle()) {
                return openOnce(root, place);
            }
            throw failure;
        }
    }

    private int openOnce(UnionRoot root, Place place) throws BackingFailure {
        Digest object = place.object();
        return object == null ? backing.openContent(root.name, place.id()) : backing.openObject(object, place.size());
    }

    private boolean isAt(UnionRoot root, long node, Place place) {
        try {
            return Place.of(root, node).own() == place.own();
        } catch (BackingFailure gone) {
            return false;
        }
    }

    /** Copy-up, once, of at most {@code limit} bytes. */
    void ownContent(UnionRoot root, long node, long limit) throws BackingFailure {
        copyUp.of(root, node, limit);
    }

    /** Bytes from {@code start} to {@code end} were written through a descriptor of {@code node}, by a program. */
    public void written(long node, long start, long end) {
        wrote(node, (root, upper) -> root.nodes.written(upper, start, end, changes.now()));
    }

    /** Room was taken or given up (fallocate(2)); the file reaches at least to {@code end}. */
    public void allocated(long node, long end) {
        wrote(node, (root, upper) -> root.nodes.allocated(upper, end, changes.now()));
    }

    /** Blocks of 512 bytes that the file takes on the host's disk. */
    public long blocks(long node) throws BackingFailure {
        int descriptor = borrow(node, false);
        try {
            return backing.blocks(descriptor);
        } finally {
            release(node, descriptor);
        }
    }

    /** As {@link #written}, by the kernel out of its cache: it keeps the times and tells them itself. */
    public void filled(long node, long start, long end) {
        wrote(node, (root, upper) -> root.nodes.filled(upper, start, end));
    }

    /** What the disk says of a file that was written through another descriptor than ours. */
    public Observed observed(int descriptor) throws BackingFailure {
        return backing.observed(descriptor);
    }

    /** {@code node} was written past us, and is now as observed. */
    public void overwritten(long node, Observed now) {
        wrote(node, (root, upper) -> root.nodes.overwritten(upper, now.size(), now.changed()));
    }

    /** A file whose content is a backing file of the writable layer, and that a write takes no privileges from. */
    public boolean isPassable(long node) {
        UnionRoot root = roots.of(node);
        if (root == null) {
            return false;
        }
        long stamp = root.lock.readLock();
        try {
            return root.tree.node(NodeId.local(node)) instanceof UpperNode upper
                    && upper.isFile()
                    && (upper.ownContent() || upper.lower() == null)
                    && !upper.isPrivileged()
                    && !copyUp.isCopying(node);
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    private interface Written {
        void to(UnionRoot root, UpperNode upper);
    }

    private void wrote(long node, Written change) {
        UnionRoot root = roots.of(node);
        if (root == null) {
            return;
        }
        root.writable.admit();
        long stamp = root.begin();
        try {
            if (root.tree.node(NodeId.local(node)) instanceof UpperNode upper) {
                change.to(root, upper);
            }
        } finally {
            root.end(stamp);
        }
    }

    public void resize(long node, long size) throws BackingFailure {
        UnionRoot root = root(node);
        ownContent(root, node, size);
        int descriptor = open(root, node);
        try {
            resize(root, node, descriptor, size);
        } finally {
            release(node, descriptor);
        }
    }

    private void resize(UnionRoot root, long node, int descriptor, long size) throws BackingFailure {
        backing.resize(descriptor, size);
        wrote(node, (any, upper) -> root.nodes.resized(upper, size, changes.now()));
    }

    /** Content, attributes and names are durable when it returns. */
    public void sync(long node, int descriptor) throws BackingFailure {
        UnionRoot root = root(node);
        backing.sync(descriptor);
        root.writable.sync();
    }

    /** Names and attributes of the root are durable when it returns. */
    public void syncNames(long node) throws BackingFailure {
        UnionRoot root = roots.of(node);
        if (root != null) {
            root.writable.sync();
        }
    }

    /** Whether what was read is right ({@link Backing#vouches}). If not, {@link #doubt} the descriptor and read again. */
    public boolean vouches(int descriptor, long offset, long wanted, long count) {
        return backing.vouches(descriptor, offset, wanted, count);
    }

    /** {@code descriptor} is given to nobody any more; whoever has it gives it back as ever. */
    public void doubt(long node, int descriptor) {
        files.discard(node, descriptor);
    }

    public void release(long node, int descriptor) {
        if (files.release(descriptor)) {
            forget(node, any -> false);
        }
    }

    /** {@code gone} has no name and this is durable: its content goes when the kernel has forgotten it. */
    void reclaim(UnionRoot root, UpperNode gone) {
        nameless.reclaim(root, gone);
    }

    /** What a predecessor knew without a name: its content goes when the kernel has forgotten it. */
    void takeOver(UnionRoot root) {
        nameless.takeOver(root);
    }

    /**
     * The kernel has no reference to {@code node} any more. {@code known} says whether it has got one again meanwhile; asked
     * under the root's lock.
     */
    public void forget(long node, LongPredicate known) {
        UnionRoot root = roots.of(node);
        if (root != null) {
            nameless.forget(root, node, known);
        }
    }

    /** Descriptors that nobody uses at the moment. */
    void closeIdle() {
        files.closeIdle();
    }

    public int openFiles() {
        return files.size();
    }

    private UnionRoot root(long node) throws BackingFailure {
        UnionRoot root = roots.of(node);
        if (root == null) {
            throw new BackingFailure(Status.STALE, "no such node");
        }
        return root;
    }
}
