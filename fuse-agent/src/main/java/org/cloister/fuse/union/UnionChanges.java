package org.cloister.fuse.union;

import java.time.Clock;
import java.time.Instant;
import org.cloister.fuse.tree.AttributeName;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.Outcome;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionWriter;

/** Changes of names and attributes. Safe for all threads. Whether the caller may is decided by the kernel. */
public final class UnionChanges {
    private static final long NANOS = 1_000_000_000L;

    private final Roots roots;
    private final Ownership ownership;
    private final Clock clock;

    public UnionChanges(Roots roots, Ownership ownership, Clock clock) {
        this.roots = roots;
        this.ownership = ownership;
        this.clock = clock;
    }

    /** Nanoseconds since 1970. */
    public long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * NANOS + now.getNano();
    }

    /** @param birth with the host's number of its owner */
    public Status create(long parent, String name, UnionWriter.Birth birth, Stat out) {
        UnionWriter.Birth recorded = recorded(birth);
        return add(parent, root -> root.names.create(NodeId.local(parent), name, recorded, now()), out);
    }

    public Status link(long node, long parent, String name, Stat out) {
        if (NodeId.slot(node) != NodeId.slot(parent)) {
            return Status.OTHER_ROOT;
        }
        return add(parent, root -> root.names.link(NodeId.local(node), NodeId.local(parent), name, now()), out);
    }

    public Status unlink(long parent, String name, Stat out) {
        return change(parent, root -> root.names.unlink(NodeId.local(parent), name, now()), out);
    }

    public Status removeDirectory(long parent, String name, Stat out) {
        return change(parent, root -> root.names.removeDirectory(NodeId.local(parent), name, now()), out);
    }

    /** A file without a name, until {@link #link} gives it one. */
    public Status createNameless(long directory, UnionWriter.Birth birth, Stat out) {
        UnionWriter.Birth recorded = recorded(birth);
        return add(directory, root -> root.names.createNameless(NodeId.local(directory), recorded, now()), out);
    }

    public Status rename(long from, String name, long to, String newName, UnionWriter.Target fate, Stat out) {
        if (from == NodeId.MOUNT || to == NodeId.MOUNT) {
            return Status.NOT_PERMITTED;
        }
        if (NodeId.slot(from) != NodeId.slot(to)) {
            return Status.OTHER_ROOT;
        }
        return change(
                from, root -> root.names.rename(NodeId.local(from), name, NodeId.local(to), newName, fate, now()), out);
    }

    public Status setMode(long node, int permissions, Stat out) {
        return changeNode(node, (root, found) -> root.nodes.setMode(found, permissions & Mode.PERMISSIONS, now()), out);
    }

    /** Numbers of the host; -1 leaves a value as it is. */
    public Status setOwner(long node, int uid, int gid, Stat out) {
        int user = uid == -1 ? -1 : ownership.recordedUser(uid);
        int group = gid == -1 ? -1 : ownership.recordedGroup(gid);
        return changeNode(node, (root, found) -> root.nodes.setOwner(found, user, group, now()), out);
    }

    private UnionWriter.Birth recorded(UnionWriter.Birth birth) {
        return new UnionWriter.Birth(
                birth.mode(),
                birth.umask(),
                ownership.recordedUser(birth.uid()),
                ownership.recordedGroup(birth.gid()),
                birth.device(),
                birth.target());
    }

    /** What a write or a change of owner by {@code uid} and {@code gid} takes away: set-user-ID, set-group-ID, capabilities. */
    public Status dropPrivileges(long node, int uid, int gid, Stat out) {
        int user = ownership.recordedUser(uid);
        int group = ownership.recordedGroup(gid);
        return changeNode(
                node, (root, found) -> root.nodes.dropPrivileges(found, user != 0 && group != found.gid(), now()), out);
    }

    /** {@link Long#MIN_VALUE} leaves a time as it is; that of the change is now then. */
    public Status setTimes(long node, long atime, long mtime, long ctime, Stat out) {
        return changeNode(
                node,
                (root, found) -> root.nodes.setTimes(
                        found,
                        atime == Long.MIN_VALUE ? found.atime() : atime,
                        mtime == Long.MIN_VALUE ? found.mtime() : mtime,
                        ctime == Long.MIN_VALUE ? now() : ctime),
                out);
    }

    /** What setxattr(2) is told about an attribute that exists, or doesn't. */
    public enum Presence {
        ANY,
        MUST_NOT_EXIST,
        MUST_EXIST,
        /** Both at once, which is always refused. */
        IMPOSSIBLE;

        public static Presence of(boolean create, boolean replace) {
            return create ? (replace ? IMPOSSIBLE : MUST_NOT_EXIST) : replace ? MUST_EXIST : ANY;
        }

        Status refusal(boolean exists) {
            return switch (this) {
                case ANY -> Status.OK;
                case MUST_NOT_EXIST -> exists ? Status.EXISTS : Status.OK;
                case MUST_EXIST -> exists ? Status.OK : Status.NO_ATTRIBUTE;
                case IMPOSSIBLE -> exists ? Status.EXISTS : Status.NO_ATTRIBUTE;
            };
        }
    }

    public Status setAttribute(long node, String name, byte[] value, Presence presence, Stat out) {
        Status refusal = AttributeName.refusal(name);
        if (refusal != Status.OK) {
            return refusal;
        }
        Change change = on(node, (root, found) -> {
            Status unfit = presence.refusal(found.attributes().get(name) != null);
            if (unfit == Status.OK) {
                root.nodes.setAttributes(found, found.attributes().with(name, value), now());
            }
            return unfit;
        });
        return add(node, change, out);
    }

    /** {@code groupKept}: the caller may leave set-group-ID as it is. */
    public Status setAcl(long node, String name, byte[] value, boolean groupKept, Stat out) {
        return change(node, on(node, (root, found) -> root.nodes.setAcl(found, name, value, groupKept, now())), out);
    }

    public Status removeAttribute(long node, String name, Stat out) {
        Status refusal = AttributeName.refusal(name);
        if (refusal != Status.OK) {
            return refusal;
        }
        Change change = on(node, (root, found) -> {
            Attributes attributes = found.attributes();
            if (attributes.get(name) == null) {
                return AttributeName.isAcl(name) ? Status.OK : Status.NO_ATTRIBUTE;
            }
            root.nodes.setAttributes(found, attributes.without(name), now());
            return Status.OK;
        });
        return change(node, change, out);
    }

    private interface Change {
        Outcome apply(UnionRoot root);
    }

    private interface OfNode {
        Outcome apply(UnionRoot root, Node node);
    }

    private static Change on(long node, OfNode change) {
        return root -> {
            Node found = root.tree.node(NodeId.local(node));
            if (found == null) {
                return Status.STALE;
            }
            return root.tree.isFixed(found) ? Status.NOT_PERMITTED : change.apply(root, found);
        };
    }

    private interface NodeChange {
        void apply(UnionRoot root, Node node);
    }

    private Status changeNode(long node, NodeChange change, Stat out) {
        OfNode changed = (root, found) -> {
            change.apply(root, found);
            Node now = root.tree.node(NodeId.local(node));
            return now == null ? Status.STALE : now;
        };
        return change(node, on(node, changed), out);
    }

    /** As {@link #change}, refused on a disk that is full: to take something away must always be possible. */
    private Status add(long where, Change change, Stat out) {
        UnionRoot root = where == NodeId.MOUNT ? null : roots.of(where);
        Status refusal = root == null ? Status.OK : root.mayGrow();
        return refusal == Status.OK ? change(where, change, out) : refusal;
    }

    private Status change(long where, Change change, Stat out) {
        if (where == NodeId.MOUNT) {
            return Status.NOT_PERMITTED;
        }
        UnionRoot root = roots.of(where);
        if (root == null) {
            return Status.STALE;
        }
        root.writable.admit();
        long stamp = root.begin();
        long made = 0;
        try {
            Outcome outcome = change.apply(root);
            if (!(outcome instanceof Node node)) {
                return (Status) outcome;
            }
            root.describe(node, out);
            made = out.node;
            return Status.OK;
        } finally {
            root.end(stamp, out.receipt, made);
        }
    }
}
