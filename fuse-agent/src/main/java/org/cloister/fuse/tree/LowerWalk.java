package org.cloister.fuse.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Path resolution that never leaves the root, as in a chroot (path_resolution(7)). */
final class LowerWalk {
    private LowerWalk() {}

    /** {@code child} gives the node of a name in a directory. {@code N} needs to tell directories and links. */
    static <N extends LowerWalk.Step> @Nullable N walkSteps(
            BiFunction<N, String, @Nullable N> child, List<N> from, String path, boolean followLast) {
        ArrayList<N> above = new ArrayList<>(from);
        ArrayDeque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            N here = above.get(above.size() - 1);
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (above.size() > 1) {
                    above.remove(above.size() - 1);
                }
                continue;
            }
            if (!here.isDirectory()) {
                return null;
            }
            N next = child.apply(here, name);
            if (next == null) {
                return null;
            }
            String target = next.target();
            if (target == null || (rest.isEmpty() && !followLast)) {
                above.add(next);
                continue;
            }
            if (++links > LowerTree.MAX_LINKS) {
                return null;
            }
            if (target.startsWith("/")) {
                N top = above.get(0);
                above.clear();
                above.add(top);
            }
            List<String> parts = List.of(target.split("/"));
            for (int i = parts.size() - 1; i >= 0; i--) {
                rest.addFirst(parts.get(i));
            }
        }
        return above.get(above.size() - 1);
    }

    /** What resolution needs to know of a node. */
    interface Step {
        boolean isDirectory();

        @Nullable String target();
    }
}
