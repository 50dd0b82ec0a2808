package org.cloister.fuse.union;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.cloister.events.Digest;
import org.cloister.fuse.tree.LowerNode;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UpperNode;
import org.jspecify.annotations.Nullable;

/** Content of files: opening, copy-up, sizes, durability. Safe for all threads; no root's lock is held over I/O. */
public final class UnionContent {
    private static final int STRIPES = 64;
    /** What who finds the disk full waits for files that were unlinked and are not open any more. */
    private static final long FORGETTING_MILLIS = 100;

    private final Roots roots;
    private final Backing backing;
    private final UnionChanges changes;
    private final OpenFiles files;
    private final Object[] copying = new Object[STRIPES];
    /** Unlinked for good, but still known to the kernel: deleted when it forgets them. Guarded by itself. */
    private final Map<Long, UpperNode> lingering = new HashMap<>();

    public UnionContent(Roots roots, Backing backing, UnionChanges changes) {
        this.roots = roots;
        this.backing = backing;
        this.changes = changes;
        this.files = new OpenFiles(backing);
        for (int i = 0; i < STRIPES; i++) {
            copying[i] = new Object();
        }
    }

    /** Where the content of a file stands at one moment. */
    private record Place(boolean own, long id, @Nullable Digest object, long size) {}

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
        return root != null && makeRoom(root);
    }

    private boolean makeRoom(UnionRoot root) {
        boolean made = root.writable.makeRoom();
        awaitForgotten();
        return made;
    }

    /** The kernel forgets an unlinked file that nobody has open at once, and tells us on another thread. */
    private void awaitForgotten() {
        long end = System.nanoTime() + FORGETTING_MILLIS * 1_000_000;
        synchronized (lingering) {
            try {
                for (long left = FORGETTING_MILLIS; !lingering.isEmpty() && left > 0; ) {
                    lingering.wait(left);
                    left = (end - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int open(UnionRoot root, long node) throws BackingFailure {
        while (true) {
            int joined = files.join(node);
            if (joined >= 0) {
                return joined;
            }
            Place place = place(root, node);
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
        Digest object = place.object;
        return object == null ? backing.openContent(root.name, place.id) : backing.openObject(object, place.size);
    }

    private boolean isAt(UnionRoot root, long node, Place place) {
        try {
            return place(root, node).own == place.own;
        } catch (BackingFailure gone) {
            return false;
        }
    }

    private Place place(UnionRoot root, long node) throws BackingFailure {
        long stamp = root.lock.readLock();
        try {
            Node found = root.tree.node(NodeId.local(node));
            if (found == null || !found.isFile()) {
                throw new BackingFailure(Status.STALE, "no file to open");
            }
            if (found instanceof UpperNode upper) {
                LowerNode lower = upper.lower();
                return upper.ownContent() || lower == null
                        ? new Place(true, upper.id(), null, upper.size())
                        : new Place(false, upper.id(), lower.object(), lower.size());
            }
            LowerNode lower = (LowerNode) found;
            return new Place(false, 0, lower.object(), lower.size());
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    /** Copy-up, once, of at most {@code limit} bytes. */
    void ownContent(UnionRoot root, long node, long limit) throws BackingFailure {
        if (place(root, node).object == null) {
            return;
        }
        synchronized (copying[(int) (node % STRIPES)]) {
            Place place = place(root, node);
            Digest object = place.object;
            if (object == null) {
                return;
            }
            root.writable.admit();
            long id = idFor(root, node);
            long length = Math.min(place.size, limit);
            int copied = copyOrMakeRoom(root, id, object, place.size, length);
            long stamp = root.begin();
            try {
                Node found = root.tree.node(NodeId.local(node));
                if (found != null) {
                    root.nodes.contentCopied(found, length);
                }
            } finally {
                root.end(stamp);
            }
            files.replace(node, copied);
        }
    }

    private int copyOrMakeRoom(UnionRoot root, long id, Digest object, long size, long length) throws BackingFailure {
        try {
            return copy(root, id, object, size, length);
        } catch (BackingFailure failure) {
            if (failure.status().saysThatNoRoomIsLeft() && makeRoom(root)) {
                return copy(root, id, object, size, length);
            }
            throw failure;
        }
    }

    private int copy(UnionRoot root, long id, Digest object, long size, long length) throws BackingFailure {
        if (length == 0) {
            return backing.copyContent(root.name, id, -1, 0);
        }
        int source = backing.openObject(object, size);
        try {
            int copied = backing.copyContent(root.name, id, source, length);
            if (!backing.vouches(source, 0, length, length)) {
                backing.close(copied);
                throw new BackingFailure(Status.DAMAGED, "object " + object + " changed while it was copied");
            }
            return copied;
        } finally {
            backing.close(source);
        }
    }

    private static long idFor(UnionRoot root, long node) throws BackingFailure {
        long stamp = root.begin();
        try {
            Node found = root.tree.node(NodeId.local(node));
            if (found == null) {
                throw new BackingFailure(Status.STALE, "gone before it was copied");
            }
            return root.names.own(found).id();
        } finally {
            root.end(stamp);
        }
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
                    && !upper.isPrivileged();
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
        if (!gone.ownContent()) {
            return;
        }
        long node = root.id(gone.local());
        synchronized (lingering) {
            if (isThere(root, gone)) {
                lingering.put(node, gone);
                return;
            }
        }
        backing.deleteContent(root.name, gone.id());
    }

    /** What a predecessor knew without a name: its content goes when the kernel has forgotten it. */
    void takeOver(UnionRoot root) {
        synchronized (lingering) {
            root.tree.unlinked().forEach(node -> {
                if (node.ownContent() && !node.isNameless()) {
                    lingering.put(root.id(node.local()), node);
                }
            });
        }
    }

    private static boolean isThere(UnionRoot root, UpperNode node) {
        long stamp = root.lock.readLock();
        try {
            return root.tree.node(node.local()) == node;
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    /**
     * The kernel has no reference to {@code node} any more. {@code known} says whether it has got one again meanwhile; asked
     * under the root's lock.
     */
    public void forget(long node, LongPredicate known) {
        UnionRoot root = roots.of(node);
        if (root == null || !isNameless(root, node) || files.isUsedWhenForgotten(node)) {
            return;
        }
        UpperNode gone = removed(root, node, known);
        if (gone == null) {
            return;
        }
        files.discard(node);
        boolean durable;
        synchronized (lingering) {
            durable = lingering.containsKey(node);
        }
        if (gone.ownContent() && (durable || gone.isNameless())) {
            backing.deleteContent(root.name, gone.id());
        }
        synchronized (lingering) {
            lingering.remove(node);
            lingering.notifyAll();
        }
    }

    private static boolean isNameless(UnionRoot root, long node) {
        long stamp = root.lock.readLock();
        try {
            return root.tree.node(NodeId.local(node)) instanceof UpperNode upper && upper.links() == 0;
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    private static @Nullable UpperNode removed(UnionRoot root, long node, LongPredicate known) {
        long stamp = root.begin();
        try {
            boolean gone = root.tree.node(NodeId.local(node)) instanceof UpperNode upper && upper.links() == 0;
            if (!gone || known.test(node)) {
                return null;
            }
            UpperNode upper = (UpperNode) root.tree.node(NodeId.local(node));
            if (upper != null) {
                root.names.forget(upper);
            }
            return upper;
        } finally {
            root.end(stamp);
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
