package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares two stackings of one root. Directories keep their inode number by path, so that a program whose working directory
 * they are sees the new files; what the kernel may remember wrongly is collected.
 */
final class Renumbering {
    private final Uppers uppers;
    private final Map<LowerNode, Long> kept = new LinkedHashMap<>();
    private final List<Forget> forget = new ArrayList<>();

    Renumbering(Uppers uppers) {
        this.uppers = uppers;
    }

    void walk(LowerNode older, LowerNode newer) {
        long local = uppers.local(older);
        if (local != newer.number) {
            kept.put(newer, local);
        }
        if (!newer.isDirectory() || !older.isDirectory()) {
            return;
        }
        if (older != newer) {
            forget.add(new Forget(local, null));
        }
        Children before = older.children();
        Children after = newer.children();
        for (int i = 0; i < after.size(); i++) {
            compare(local, after.name(i), before.get(after.name(i)), after.node(i));
        }
        for (int i = 0; i < before.size(); i++) {
            if (after.get(before.name(i)) == null) {
                forget.add(new Forget(local, before.name(i)));
            }
        }
    }

    private void compare(long directory, String name, @Nullable LowerNode before, LowerNode after) {
        if (before == null) {
            forget.add(new Forget(directory, name));
        } else if (before.isDirectory() && after.isDirectory()) {
            if (before != after || uppers.hasRenumbered()) {
                walk(before, after);
            }
        } else if (before.number == after.number) {
            walk(before, after);
        } else {
            forget.add(new Forget(directory, name));
        }
    }

    void carryOver(Uppers into) {
        kept.forEach(into::renumber);
    }

    List<Forget> forget() {
        return forget;
    }
}
