package org.cloister.fuse.tree;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of all shipped nodes that are loaded, and the way back from number to node. Safe for use by several threads:
 * a number is told to nobody before its node is published, and who was told it finds the node.
 */
public final class Numbers {
    /** Below are the fixed numbers: 0 is no node, 1 the top of a root. */
    static final int FIRST = 256;

    private static final int PAGE = 256;

    private volatile @Nullable LowerNode[] @Nullable [] pages = new LowerNode[1][];

    /** Where a predecessor had layers that are not loaded here yet. */
    private final Map<LayerId, Integer> inherited = new HashMap<>();

    /** Layers get the numbers that a predecessor gave them, and no other node gets one of those below {@code next}. */
    public synchronized void inherit(Map<LayerId, Integer> firsts, int next) {
        inherited.putAll(firsts);
        pages = Arrays.copyOf(pages, Math.max(pages.length, next / PAGE));
    }

    /** No node has this number or a higher one. */
    public synchronized int next() {
        return pages.length * PAGE;
    }

    /** Numbers {@code count} nodes of {@code layer} from the result on. A layer that is dropped frees its memory, never its numbers. */
    synchronized int reserve(LayerId layer, int count) {
        Integer before = inherited.remove(layer);
        if (before != null) {
            return before;
        }
        int first = pages.length;
        int needed = (count + PAGE - 1) / PAGE;
        if ((long) (first + needed) * PAGE > Integer.MAX_VALUE) {
            throw new IllegalStateException("more than 2^31 shipped nodes were loaded since the start");
        }
        pages = Arrays.copyOf(pages, first + needed);
        return first * PAGE;
    }

    /** Nobody may have asked for one of these numbers since they were reserved. */
    synchronized void publish(int first, LowerNode[] nodes) {
        @Nullable LowerNode[] @Nullable [] table = pages;
        for (int from = 0; from < nodes.length; from += PAGE) {
            table[(first + from) / PAGE] = Arrays.copyOfRange(nodes, from, Math.min(from + PAGE, nodes.length));
        }
        pages = table;
    }

    synchronized void drop(int first, int count) {
        @Nullable LowerNode[] @Nullable [] table = pages;
        Arrays.fill(table, first / PAGE, first / PAGE + (count + PAGE - 1) / PAGE, null);
        pages = table;
    }

    /** Greater than every number that was given out. */
    long end() {
        return (long) pages.length * PAGE;
    }

    @Nullable
    LowerNode get(long number) {
        @Nullable LowerNode[] @Nullable [] table = pages;
        if (number < FIRST || number >= (long) table.length * PAGE) {
            return null;
        }
        @Nullable LowerNode[] page = table[(int) (number / PAGE)];
        int index = (int) (number % PAGE);
        return page == null || index >= page.length ? null : page[index];
    }
}
