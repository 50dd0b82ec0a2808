package org.cloister.fuse.tree;

import org.cloister.events.host.GuestGroup;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a {@link UnionTree}: creation, deletion, renaming and linking. Permission is the kernel's to check, and so is that
 * a directory is not moved below itself. {@code now} is nanoseconds since 1970.
 */
public final class UnionWriter {
    /** EMLINK beyond; ext4 allows 65,000. */
    private static final int MAX_LINKS = 65_000;

    private final UnionTree tree;
    private final Uppers uppers;
    private final Journal journal;

    public UnionWriter(UnionTree tree) {
        this.tree = tree;
        this.uppers = tree.uppers();
        this.journal = tree.journal;
    }

    /** The node as one that can be changed. A shipped one keeps its number, attributes and content. */
    public UpperNode own(Node node) {
        if (node instanceof UpperNode upper) {
            return upper;
        }
        LowerNode shipped = (LowerNode) node;
        UpperNode upper = new UpperNode(uppers.nextId(), uppers.local(shipped), shipped);
        upper.links = tree.lower().links(shipped);
        uppers.put(upper);
        journal.changed(upper);
        return upper;
    }

    /** What a new node is. {@code mode} has type and permissions, to which {@code umask} is still to be applied. */
    public record Birth(
            int mode,
            int umask,
            int uid,
            int gid,
            long device,
            @Nullable String target) {
        /** With a mode that is final but for a default access control list. */
        public Birth(int mode, int uid, int gid, long device, @Nullable String target) {
            this(mode, 0, uid, gid, device, target);
        }
    }

    /** EEXIST when the name is taken. A setgid directory gives its group, and to directories the bit (inode(7)). */
    public Outcome create(long directory, String name, Birth birth, long now) {
        Outcome place = vacant(directory, name);
        if (place instanceof Status) {
            return place;
        }
        if (!mayBind((Node) place, name, birth.mode())) {
            return Status.NOT_PERMITTED;
        }
        UpperNode parent = own((Node) place);
        UpperNode node = shadow(parent, name, birth, now);
        touch(parent, now);
        return node;
    }

    /** A file without a name (O_TMPFILE): gone when it is forgotten, unless {@link #link} gives it one. */
    public Outcome createNameless(long directory, Birth birth, long now) {
        Node parent = tree.node(directory);
        if (parent == null || !parent.isDirectory()) {
            return parent == null ? Status.STALE : Status.NOT_DIRECTORY;
        }
        UpperNode node = newborn(birth, parent, now);
        node.links = 0;
        node.nameless = true;
        journal.changedUnlinked(node);
        return node;
    }

    /** A new node under {@code name}, whatever is there. */
    UpperNode shadow(UpperNode parent, String name, Birth birth, long now) {
        UpperNode node = newborn(birth, parent, now);
        if (node.isDirectory()) {
            parent.links++;
        }
        journal.changed(node);
        bind(parent, name, node);
        return node;
    }

    /**
     * What a guest makes belongs to the owner of its directory, because a hostfs says of all of it that root made it: there a user of the guest can make
     * files mostly where it is the owner. In a directory of root's, or one that is everybody's, it is root's. It is born without set-user-ID: who asked
     * needn't be who it belongs to.
     */
    private UpperNode newborn(Birth birth, Node parent, long now) {
        long id = uppers.nextId();
        UpperNode node = new UpperNode(id, Uppers.CREATED | id, null);
        boolean inherits = (parent.mode() & Mode.SETGID) != 0;
        boolean followsDirectory = birth.gid() == GuestGroup.ID;
        int withheld = followsDirectory && (birth.mode() & Mode.TYPE) != Mode.DIRECTORY ? Mode.SETUID | Mode.SETGID : 0;
        node.mode = birth.mode() & ~birth.umask() & ~withheld;
        boolean hasOwner = followsDirectory && (parent.mode() & Mode.STICKY) == 0 && parent.uid() != 0;
        node.uid = hasOwner ? parent.uid() : birth.uid();
        node.gid = inherits || hasOwner ? parent.gid() : followsDirectory ? 0 : birth.gid();
        node.device = birth.device();
        node.target = birth.target();
        node.atime = now;
        node.mtime = now;
        node.ctime = now;
        node.ownAttributes = true;
        node.ownContent = node.isFile();
        node.links = 1;
        inherit(node, birth.mode(), parent);
        if (node.isDirectory()) {
            node.links = 2;
            node.mode |= parent.mode() & Mode.SETGID;
        }
        uppers.put(node);
        return node;
    }

    /** A default access control list takes the place of the umask (acl(5)). */
    private static void inherit(UpperNode node, int asked, Node parent) {
        byte[] value = node.isLink() ? null : parent.attributes().get(Acl.DEFAULT);
        Acl list = value == null ? null : Acl.parse(value);
        if (value == null || list == null) {
            return;
        }
        Acl access = list.inherited(asked);
        node.mode = (asked & ~Mode.ACCESS) | access.permissions();
        if (!access.isMinimal()) {
            node.attributes = node.attributes.with(Acl.ACCESS, access.bytes());
        }
        if (node.isDirectory()) {
            node.attributes = node.attributes.with(Acl.DEFAULT, value);
        }
    }

    /** The directory where {@code name} can be bound, or why it can't. */
    private Outcome vacant(long directory, String name) {
        Outcome found = tree.lookup(directory, name);
        if (found instanceof Node) {
            return Status.EXISTS;
        }
        if (found != Status.NOT_FOUND) {
            return found;
        }
        Node node = tree.node(directory);
        return node == null || tree.links(node) == 0 ? Status.NOT_FOUND : node;
    }

    private boolean mayBind(Node directory, String name, int mode) {
        return tree.mayBeIn(directory, mode) && !tree.isHidden(directory, name);
    }

    public Outcome link(long file, long directory, String name, long now) {
        Node node = tree.node(file);
        if (node == null || (tree.links(node) == 0 && !isNameless(node))) {
            return Status.NOT_FOUND;
        }
        Outcome place = vacant(directory, name);
        if (place instanceof Status) {
            return place;
        }
        if (node.isDirectory() || tree.isFixed(node) || !mayBind((Node) place, name, node.mode())) {
            return Status.NOT_PERMITTED;
        }
        UpperNode linked = own(node);
        if (linked.links >= MAX_LINKS) {
            return Status.TOO_MANY_LINKS;
        }
        UpperNode parent = own((Node) place);
        linked.links++;
        linked.nameless = false;
        changedAt(linked, now);
        bind(parent, name, linked);
        touch(parent, now);
        return linked;
    }

    private static boolean isNameless(Node node) {
        return node instanceof UpperNode upper && upper.nameless;
    }

    /** Also for names that lead to anything but a directory. The node stays known by its number while it is used. */
    public Outcome unlink(long directory, String name, long now) {
        Outcome found = tree.lookup(directory, name);
        if (!(found instanceof Node node)) {
            return found;
        }
        if (tree.isFixed(node)) {
            return Status.NOT_PERMITTED;
        }
        return node.isDirectory() ? Status.IS_DIRECTORY : removeName(directory, name, node, now);
    }

    public Outcome removeDirectory(long directory, String name, long now) {
        Outcome found = tree.lookup(directory, name);
        if (!(found instanceof Node node)) {
            return found;
        }
        if (!node.isDirectory()) {
            return Status.NOT_DIRECTORY;
        }
        if (tree.isFixed(node)) {
            return Status.NOT_PERMITTED;
        }
        return tree.isEmpty(node) ? removeName(directory, name, node, now) : Status.NOT_EMPTY;
    }

    private UpperNode removeName(long directory, String name, Node node, long now) {
        UpperNode parent = ownDirectory(directory);
        UpperNode gone = own(node);
        unbind(parent, name);
        drop(parent, gone, now);
        touch(parent, now);
        return gone;
    }

    private UpperNode ownDirectory(long directory) {
        Node node = tree.node(directory);
        if (node == null) {
            throw new IllegalStateException("directory " + directory + " vanished under the lock");
        }
        return own(node);
    }

    private void drop(UpperNode parent, UpperNode gone, long now) {
        if (gone.isDirectory()) {
            gone.links = 0;
            parent.links--;
            changed(parent);
        } else {
            gone.links--;
        }
        gone.ctime = now;
        if (gone.links == 0) {
            journal.removed(gone);
        } else {
            changedAt(gone, now);
        }
    }

    /** What becomes of the node that the new name of a rename leads to. */
    public enum Target {
        REPLACED,
        /** EEXIST (RENAME_NOREPLACE). */
        KEPT,
        /** It gets the old name (RENAME_EXCHANGE); ENOENT when there is none. */
        EXCHANGED
    }

    /** As renameat2(2); {@link Status#OK} and nothing done when both names lead to one inode. */
    public Outcome rename(long from, String name, long to, String newName, Target fate, long now) {
        return switch (fate) {
            case REPLACED -> replace(from, name, to, newName, now);
            case KEPT ->
                tree.lookup(to, newName) instanceof Node ? Status.EXISTS : replace(from, name, to, newName, now);
            case EXCHANGED -> exchange(from, name, to, newName, now);
        };
    }

    private Outcome exchange(long from, String name, long to, String newName, long now) {
        Outcome first = tree.lookup(from, name);
        Outcome second = tree.lookup(to, newName);
        if (!(first instanceof Node one) || !(second instanceof Node two)) {
            return first instanceof Status ? first : second;
        }
        if (one == two) {
            return Status.OK;
        }
        if (!mayMove(one, to, newName) || !mayMove(two, from, name)) {
            return Status.NOT_PERMITTED;
        }
        UpperNode source = ownDirectory(from);
        UpperNode destination = ownDirectory(to);
        UpperNode moved = own(one);
        UpperNode returned = own(two);
        bind(source, name, returned);
        bind(destination, newName, moved);
        countMove(moved, source, destination);
        countMove(returned, destination, source);
        changedAt(returned, now);
        touch(source, now);
        touch(destination, now);
        changedAt(moved, now);
        return moved;
    }

    private static void countMove(UpperNode moved, UpperNode source, UpperNode destination) {
        if (moved.isDirectory()) {
            source.links--;
            destination.links++;
        }
    }

    private Outcome replace(long from, String name, long to, String newName, long now) {
        Outcome found = tree.lookup(from, name);
        if (!(found instanceof Node node)) {
            return found;
        }
        Outcome target = tree.lookup(to, newName);
        Status obstacle = obstacle(node, to, target);
        if (obstacle != Status.OK || target == node) {
            return obstacle;
        }
        if (!mayMove(node, to, newName) || (target instanceof Node replaced && tree.isFixed(replaced))) {
            return Status.NOT_PERMITTED;
        }
        UpperNode source = ownDirectory(from);
        UpperNode destination = ownDirectory(to);
        UpperNode moved = own(node);
        if (target instanceof Node replaced) {
            drop(destination, own(replaced), now);
            journal.replaces(moved);
        }
        unbind(source, name);
        bind(destination, newName, moved);
        countMove(moved, source, destination);
        touch(source, now);
        touch(destination, now);
        changedAt(moved, now);
        return moved;
    }

    private boolean mayMove(Node node, long to, String name) {
        Node directory = tree.node(to);
        return !tree.isFixed(node) && directory != null && mayBind(directory, name, node.mode());
    }

    private Status obstacle(Node node, long to, Outcome target) {
        if (!(target instanceof Node replaced)) {
            Node directory = tree.node(to);
            boolean gone = directory != null && tree.links(directory) == 0;
            return target != Status.NOT_FOUND ? (Status) target : gone ? Status.NOT_FOUND : Status.OK;
        }
        if (node.isDirectory() != replaced.isDirectory()) {
            return node.isDirectory() ? Status.NOT_DIRECTORY : Status.IS_DIRECTORY;
        }
        return replaced.isDirectory() && replaced != node && !tree.isEmpty(replaced) ? Status.NOT_EMPTY : Status.OK;
    }

    void bind(UpperNode directory, String name, UpperNode child) {
        directory.bind(name, child);
        journal.named(directory, name, child);
    }

    void unbind(UpperNode directory, String name) {
        LowerNode shipped = directory.lower;
        if (shipped != null && shipped.children().get(name) != null) {
            directory.bind(name, UpperNode.WHITEOUT);
            journal.named(directory, name, null);
        } else if (directory.names != null) {
            directory.names.remove(name);
            journal.unnamed(directory, name);
        }
    }

    private void touch(UpperNode directory, long now) {
        directory.mtime = now;
        changedAt(directory, now);
    }

    private void changedAt(UpperNode node, long now) {
        node.ctime = now;
        changed(node);
    }

    private void changed(UpperNode node) {
        node.ownAttributes = true;
        if (node.links > 0) {
            journal.changed(node);
        } else {
            journal.changedUnlinked(node);
        }
    }

    /** The kernel has forgotten an unlinked node and nobody has it open. */
    public void forget(UpperNode node) {
        if (node.links == 0) {
            uppers.remove(node);
            journal.forgotten(node);
        }
    }
}
