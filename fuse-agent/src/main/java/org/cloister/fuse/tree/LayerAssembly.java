package org.cloister.fuse.tree;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** Makes the tree of a layer of its columns: who is whose child, sorted by name. For one layer, then thrown away. */
final class LayerAssembly {
    private final LayerColumns columns;
    private final LayerLinks links;
    private final int rows;
    /** Rows of the directories' children, one directory's after the other's; {@code -1 - i} is the i-th link. */
    private final int[] members;
    /** Where those of a row begin in {@link #members}; the top's are the last. */
    private final int[] starts;

    private final int[] leadTo;

    LayerAssembly(LayerColumns columns, LayerLinks links) {
        this.columns = columns;
        this.links = links;
        this.rows = columns.rows;
        this.members = new int[rows + links.size()];
        this.starts = new int[rows + 2];
        this.leadTo = new int[links.size()];
    }

    LowerLayer build(LayerId id, Numbers numbers) {
        gather();
        LongMap<Integer> linked = resolveLinks();
        raiseFlags();
        int first = numbers.reserve(id, rows);
        InodeTable table = new InodeTable(columns, first, linked);
        LowerNode[] nodes = new LowerNode[rows];
        for (int row = 0; row < rows; row++) {
            nodes[row] = new LowerNode(table, first + row);
        }
        for (int row = 0; row < rows; row++) {
            if (starts[row] < starts[row + 1]) {
                nodes[row].fill(children(row, nodes));
            }
        }
        LowerNode top = LowerNode.emptyTop();
        top.fill(children(rows, nodes));
        numbers.publish(first, nodes);
        return new LowerLayer(id, top, first, rows);
    }

    private int home(int parent) {
        return parent == InodeTable.TOP ? rows : parent;
    }

    /** Counting sort by directory; the order of a manifest then is that of the names, and another is sorted. */
    private void gather() {
        for (int row = 0; row < rows; row++) {
            starts[home(columns.parents[row]) + 1]++;
        }
        for (int link = 0; link < links.size(); link++) {
            starts[home(links.get(link).parent()) + 1]++;
        }
        for (int row = 0; row <= rows; row++) {
            starts[row + 1] += starts[row];
        }
        int[] next = Arrays.copyOf(starts, rows + 1);
        int link = 0;
        for (int row = 0; row <= rows; row++) {
            for (; link < links.size() && links.get(link).before() == row; link++) {
                members[next[home(links.get(link).parent())]++] = -1 - link;
            }
            if (row < rows) {
                members[next[home(columns.parents[row])]++] = row;
            }
        }
        for (int directory = 0; directory <= rows; directory++) {
            sort(starts[directory], starts[directory + 1]);
        }
    }

    private void sort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (compare(members[i - 1], members[i]) >= 0) {
                sortUnordered(from, to);
                return;
            }
        }
    }

    private void sortUnordered(int from, int to) {
        List<Integer> sorted = Arrays.stream(members, from, to)
                .boxed()
                .sorted(Comparator.comparing(this::name))
                .toList();
        for (int i = from; i < to; i++) {
            members[i] = sorted.get(i - from);
            if (i > from && compare(members[i - 1], members[i]) == 0) {
                throw new IllegalArgumentException("it has a path twice, which ends with " + name(members[i]));
            }
        }
    }

    private String name(int member) {
        return member < 0
                ? links.get(-1 - member).name()
                : ByteString.of(columns.names, columns.nameStart(member), columns.nameLength(member));
    }

    private int compare(int one, int other) {
        if (one < 0 || other < 0) {
            return name(one).compareTo(name(other));
        }
        byte[] names = columns.names;
        return Arrays.compareUnsigned(
                names,
                columns.nameStart(one),
                columns.nameEnds[one],
                names,
                columns.nameStart(other),
                columns.nameEnds[other]);
    }

    /** Rows with several names, and how many. */
    private LongMap<Integer> resolveLinks() {
        LongMap<Integer> linked = new LongMap<>();
        for (int i = 0; i < links.size(); i++) {
            LayerLinks.Link link = links.get(i);
            int row = find(link.first());
            leadTo[i] = row;
            Integer before = linked.get(row);
            linked.put(row, before == null ? 2 : before + 1);
            columns.types[row] |= InodeTable.LINKED;
            mark(link.parent(), InodeTable.LINKS_BELOW);
        }
        return linked;
    }

    private int find(String path) {
        int directory = rows;
        int found = -1;
        for (String name : path.split("/", -1)) {
            found = directory < 0 ? -1 : member(directory, name);
            directory = found;
        }
        if (found < 0 || (columns.types[found] & InodeTable.WHITEOUT) != 0 || isDirectory(found)) {
            throw new IllegalArgumentException("it has no entry for " + path + " that could have several names");
        }
        return found;
    }

    private boolean isDirectory(int row) {
        return (columns.types[row] & Mode.TYPE) == Mode.DIRECTORY;
    }

    private int member(int directory, String name) {
        int low = starts[directory];
        int high = starts[directory + 1] - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = name(members[middle]).compareTo(name);
            if (order == 0) {
                return members[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** From the last row to the first, so that what is known of a subtree rises to its top. */
    private void raiseFlags() {
        for (int row = rows - 1; row >= 0; row--) {
            int type = columns.types[row];
            int parent = columns.parents[row];
            if ((type & InodeTable.PLAIN) == 0 || (type & (InodeTable.WHITEOUT | InodeTable.OPAQUE)) != 0) {
                clear(parent, InodeTable.PLAIN);
            }
            if ((type & (InodeTable.LINKS_BELOW | InodeTable.LINKED)) != 0) {
                mark(parent, InodeTable.LINKS_BELOW);
            }
        }
    }

    private void mark(int row, int flag) {
        if (row != InodeTable.TOP) {
            columns.types[row] |= flag;
        }
    }

    private void clear(int row, int flag) {
        if (row != InodeTable.TOP) {
            columns.types[row] &= ~flag;
        }
    }

    private Children children(int directory, LowerNode[] nodes) {
        int from = starts[directory];
        LowerNode[] below = new LowerNode[starts[directory + 1] - from];
        @Nullable String[] further = null;
        for (int i = 0; i < below.length; i++) {
            int member = members[from + i];
            below[i] = nodes[member < 0 ? leadTo[-1 - member] : member];
            if (member < 0) {
                further = further == null ? new String[below.length] : further;
                further[i] = name(member);
            }
        }
        return below.length == 0 ? Children.NONE : new Children(below, further);
    }
}
