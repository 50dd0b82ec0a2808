package org.cloister.fuse.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Path resolution that never leaves the root, as in a chroot (path_resolution(7)). For one resolution. */
final class PathWalk {
    /** As the kernel: more symbolic links in one path are a loop. */
    private static final int MAX_LINKS = 40;

    /** What resolution needs to know of a node. */
    interface Step {
        boolean isDirectory();

        @Nullable
        String target();
    }

    private final BiFunction<Step, String, @Nullable Step> child;
    private final ArrayList<Step> above;
    private final ArrayDeque<String> rest = new ArrayDeque<>();
    private int links;

    private PathWalk(BiFunction<Step, String, @Nullable Step> child, List<? extends Step> from) {
        this.child = child;
        this.above = new ArrayList<>(from);
    }

    /**
     * Where {@code path} leads from the last directory of {@code from}, which lists the directories above it, the top
     * first. Null when there is nothing, or a loop.
     */
    static @Nullable Step walk(
            BiFunction<Step, String, @Nullable Step> child,
            List<? extends Step> from,
            String path,
            boolean followLast) {
        PathWalk walk = new PathWalk(child, from);
        walk.push(path);
        while (!walk.rest.isEmpty()) {
            if (!walk.step(walk.rest.removeFirst(), followLast)) {
                return null;
            }
        }
        return walk.here();
    }

    private Step here() {
        return above.get(above.size() - 1);
    }

    private boolean step(String name, boolean followLast) {
        if (name.isEmpty() || name.equals(".")) {
            return true;
        }
        if (name.equals("..")) {
            if (above.size() > 1) {
                above.remove(above.size() - 1);
            }
            return true;
        }
        Step next = here().isDirectory() ? child.apply(here(), name) : null;
        if (next == null) {
            return false;
        }
        String target = next.target();
        if (target == null || (rest.isEmpty() && !followLast)) {
            return above.add(next);
        }
        return follow(target);
    }

    private boolean follow(String target) {
        if (target.startsWith("/")) {
            above.subList(1, above.size()).clear();
        }
        push(target);
        return ++links <= MAX_LINKS;
    }

    private void push(String path) {
        List<String> parts = Arrays.asList(path.split("/"));
        for (int i = parts.size() - 1; i >= 0; i--) {
            rest.addFirst(parts.get(i));
        }
    }
}
