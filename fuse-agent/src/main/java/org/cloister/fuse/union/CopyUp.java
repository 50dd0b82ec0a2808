package org.cloister.fuse.union;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Digest;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.Status;

/**
 * Gives a shipped file content of its own, because it is about to be written. Safe for all threads; who needs a file that is being copied waits, and nobody
 * else.
 */
final class CopyUp {
    private final Backing backing;
    private final OpenFiles files;
    private final NamelessFiles nameless;
    /** Being copied now. Changed and waited for under its lock, asked without. */
    private final Set<Long> copying = ConcurrentHashMap.newKeySet();

    CopyUp(Backing backing, OpenFiles files, NamelessFiles nameless) {
        this.backing = backing;
        this.files = files;
        this.nameless = nameless;
    }

    /** Once, of at most {@code limit} bytes. */
    void of(UnionRoot root, long node, long limit) throws BackingFailure {
        if (Place.of(root, node).object() == null) {
            awaitEnd(node);
            return;
        }
        begin(node);
        try {
            copy(root, node, limit);
        } finally {
            end(node);
        }
    }

    /** Whoever has it open may still use the shipped object, which nobody may write. */
    boolean isCopying(long node) {
        return copying.contains(node);
    }

    /** The copy counts a moment before those who have the file open write to it. */
    private void awaitEnd(long node) throws BackingFailure {
        if (!copying.contains(node)) {
            return;
        }
        synchronized (copying) {
            try {
                while (copying.contains(node)) {
                    copying.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BackingFailure(Status.DAMAGED, "interrupted before it was copied");
            }
        }
    }

    private void begin(long node) throws BackingFailure {
        synchronized (copying) {
            try {
                while (!copying.add(node)) {
                    copying.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BackingFailure(Status.DAMAGED, "interrupted before it was copied");
            }
        }
    }

    private void end(long node) {
        synchronized (copying) {
            copying.remove(node);
            copying.notifyAll();
        }
    }

    private void copy(UnionRoot root, long node, long limit) throws BackingFailure {
        Place place = Place.of(root, node);
        Digest object = place.object();
        if (object == null) {
            return;
        }
        root.writable.admit();
        long id = idFor(root, node);
        long length = Math.min(place.size(), limit);
        int copied = copyOrMakeRoom(root, id, object, place.size(), length);
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

    private int copyOrMakeRoom(UnionRoot root, long id, Digest object, long size, long length) throws BackingFailure {
        try {
            return copy(root, id, object, size, length);
        } catch (BackingFailure failure) {
            if (failure.status().saysThatNoRoomIsLeft() && nameless.makeRoom(root)) {
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
}
