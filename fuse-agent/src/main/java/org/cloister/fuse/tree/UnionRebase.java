package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts what was written over other layers: an upgrade or a rollback. A node that stands where it was shipped follows the new
 * layers in all that was not changed; a node that was moved keeps what it had. Two steps, both under the lock, because
 * content has to be copied in between.
 */
public final class UnionRebase {
    private final UnionTree tree;
    private final UnionWriter writer;
    private final LowerTree newer;
    private final Set<UpperNode> moved = new HashSet<>();
    /** Keep the content of the older layers. */
    private final Set<UpperNode> pinned;

    /** {@code pinned} is what an earlier attempt found. */
    public UnionRebase(UnionTree tree, LowerTree newer, Set<UpperNode> pinned) {
        this.tree = tree;
        this.pinned = pinned;
        this.writer = new UnionWriter(tree);
        this.newer = newer;
        findMoved();
    }

    private void findMoved() {
        tree.uppers().forEach(directory -> {
            if (directory.names != null) {
                directory.names.forEach((name, node) -> {
                    LowerNode there = directory.lower == null
                            ? null
                            : directory.lower.children().get(name);
                    if (node.lower != null && node.lower != there) {
                        moved.add(node);
                    }
                });
            }
        });
    }

    /**
     * Files that must get content of their own before {@link #apply}, because the new layers have it no more. Empty: nothing
     * stands in the way.
     */
    public Set<UpperNode> detach() {
        Set<UpperNode> before = new HashSet<>(pinned);
        for (UpperNode node : moved) {
            LowerNode old = node.lower;
            if (old == null) {
                continue;
            }
            LowerNode now = newer.resolve(old.path());
            if (node.isDirectory() && now != old) {
                detach(node);
            } else if (isContentLost(node, old, now)) {
                pinned.add(node);
            }
        }
        Set<UpperNode> found = new HashSet<>(pinned);
        found.removeAll(before);
        return found;
    }

    private static boolean isContentLost(UpperNode node, LowerNode old, @Nullable LowerNode now) {
        return node.isFile()
                && !node.ownContent
                && (now == null || old.object() == null || !old.object().equals(now.object()));
    }

    /** Makes everything below a directory its own. */
    private void detach(UpperNode directory) {
        Directory listing = tree.list(directory);
        for (int i = 0; i < listing.size(); i++) {
            Node shipped = tree.node(listing.local(i));
            if (shipped == null) {
                continue;
            }
            UpperNode child = writer.own(shipped);
            writer.bind(directory, listing.name(i), child);
            child.ownAttributes = true;
            LowerNode old = child.lower;
            if (child.isDirectory()) {
                detach(child);
            } else if (old != null && isContentLost(child, old, newer.resolve(old.path()))) {
                pinned.add(child);
            } else if (!child.isFile()) {
                child.lower = null;
            }
            tree.journal.changed(child);
        }
        removeWhiteouts(directory);
        directory.lower = null;
        directory.ownAttributes = true;
        tree.journal.changed(directory);
    }

    private void removeWhiteouts(UpperNode directory) {
        Names names = directory.names;
        if (names == null) {
            return;
        }
        for (String name : names.all()) {
            if (names.get(name) == UpperNode.WHITEOUT) {
                tree.journal.unnamed(directory, name);
                names.remove(name);
            }
        }
    }

    /** The tree shows the new layers when it returns. Gives what the kernel has to forget. */
    public List<Forget> apply() {
        LowerTree older = tree.lower();
        Renumbering renumbering = new Renumbering(tree.uppers());
        renumbering.walk(older.top(), newer.top());
        Map<UpperNode, String> strays = new LinkedHashMap<>();
        List<UpperNode> all = new ArrayList<>();
        tree.uppers().forEach(all::add);
        Map<UpperNode, Map<String, Long>> before = new HashMap<>();
        all.forEach(node -> before.put(node, numbers(node)));
        tree.uppers().forgetNumbers();
        renumbering.carryOver(tree.uppers());
        tree.stand(newer);
        for (UpperNode node : all) {
            LowerNode old = node.lower;
            if (old != null && node.links > 0) {
                follow(node, old, strays);
            }
        }
        Homes homes = new Homes(tree);
        strays.forEach(homes::settle);
        homes.finish();
        tree.journal.renumbered(Numbering.of(tree.uppers()));
        List<Forget> forget = renumbering.forget();
        before.forEach((node, numbers) -> forgetWhatChanged(node, numbers, forget));
        return forget;
    }

    private void follow(UpperNode node, LowerNode old, Map<UpperNode, String> strays) {
        String path = old.path();
        LowerNode now = path.isEmpty() ? newer.top() : newer.resolve(path);
        boolean sameType = now != null && (now.mode() & Mode.TYPE) == (node.mode & Mode.TYPE);
        if (now == null || !sameType || pinned.contains(node)) {
            strays.put(node, path);
            return;
        }
        if (node.isFile()
                && !node.ownContent
                && old.object() != null
                && !old.object().equals(now.object())) {
            replace(node, now);
            return;
        }
        node.lower = now;
        if (!node.ownAttributes) {
            node.inherit(now);
        }
        node.target = now.target();
        tree.uppers().renumber(now, node.local());
        tree.journal.changed(node);
    }

    /** New content under changed attributes: another inode, so that who has the old one open keeps it. */
    private void replace(UpperNode node, LowerNode now) {
        UpperNode fresh = new UpperNode(tree.uppers().nextId(), now.number, now);
        fresh.ownAttributes = true;
        fresh.mode = node.mode;
        fresh.uid = node.uid;
        fresh.gid = node.gid;
        fresh.attributes = node.attributes;
        tree.uppers().put(fresh);
        tree.journal.changed(fresh);
        node.links = 0;
        tree.journal.removed(node);
        tree.uppers().forEach(directory -> {
            if (directory.names != null) {
                directory.names.forEach((name, child) -> {
                    if (child == node) {
                        tree.journal.named(directory, name, fresh);
                    }
                });
                directory.names.replaceAll(child -> child == node ? fresh : child);
            }
        });
    }

    /** Where the names that are bound in {@code directory} lead for who looks; 0: nowhere. */
    private Map<String, Long> numbers(UpperNode directory) {
        Map<String, Long> numbers = new HashMap<>();
        if (directory.names != null) {
            directory.names.forEach((name, child) -> {
                Node shown = tree.child(directory, name);
                numbers.put(name, shown == null ? 0 : tree.local(shown));
            });
        }
        return numbers;
    }

    /** A name that leads where it led is no news: forgetting it would take their path from programs that work below it. */
    private void forgetWhatChanged(UpperNode node, Map<String, Long> before, List<Forget> forget) {
        forget.add(new Forget(node.local(), null));
        Map<String, Long> after = numbers(node);
        Set<String> names = new HashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            if (!Objects.equals(before.get(name), after.get(name))) {
                forget.add(new Forget(node.local(), name));
            }
        }
    }
}
