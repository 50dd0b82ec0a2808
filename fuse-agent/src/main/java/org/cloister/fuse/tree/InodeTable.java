package org.cloister.fuse.tree;

import java.util.Arrays;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The inodes of one layer, a column for each attribute: about 80 bytes for a file, where objects took 500. Immutable once the
 * layer is built. A row is an inode; its number is {@link #first} and the row.
 */
final class InodeTable {
    /** In {@link #types}, over the 16 bits of {@code st_mode}. */
    static final int OPAQUE = 1 << 16;

    static final int WHITEOUT = 1 << 17;
    /** No whiteout and no opaque directory below. */
    static final int PLAIN = 1 << 18;
    /** A name below leads to an inode with several. */
    static final int LINKS_BELOW = 1 << 19;
    /** Several names of its layer lead to it: {@link #linked} says how many. */
    static final int LINKED = 1 << 20;

    private static final int MODE = 0xffff;
    /** Parent of what stands in the top directory. */
    static final int TOP = -1;

    static final int DIGEST = 32;

    /** The top of every root and layer; manifests do not list it. */
    static final InodeTable OF_TOP = ofTop();

    final int first;
    final int[] parents;
    /** Behind the last byte of each name in {@link #names}. */
    final int[] nameEnds;

    final byte[] names;
    final int[] types;
    final long[] mtimes;
    final long[] sizes;
    /** Row of a file in {@link #digests}, of a link in {@link #targets}, of a device in {@link #devices}. */
    final int[] details;

    final byte[] digests;
    final String[] targets;
    final long[] devices;
    /** Different pairs {@code user << 32 | group}. */
    final long[] owners;
    /** Row in {@link #owners}; null: all have the first. */
    final int @Nullable [] owned;
    /** Null: none has any. */
    final @Nullable Attributes @Nullable [] attributes;
    /** Rows with several names, and how many names. */
    final LongMap<Integer> linked;

    /** Takes over the columns, which must not be added to any more. */
    InodeTable(LayerColumns from, int first, LongMap<Integer> linked) {
        int rows = from.rows;
        this.first = first;
        this.parents = fitted(from.parents, rows);
        this.nameEnds = fitted(from.nameEnds, rows);
        this.names = Arrays.copyOf(from.names, rows == 0 ? 0 : from.nameEnds[rows - 1]);
        this.types = fitted(from.types, rows);
        this.mtimes = fitted(from.mtimes, rows);
        this.sizes = fitted(from.sizes, rows);
        this.details = fitted(from.details, rows);
        this.digests = from.files * DIGEST == from.digests.length
                ? from.digests
                : Arrays.copyOf(from.digests, from.files * DIGEST);
        this.targets = from.targets.toArray(String[]::new);
        this.devices = from.devices.stream().mapToLong(Long::longValue).toArray();
        this.owners = from.owners();
        this.owned = owners.length < 2 ? null : Arrays.copyOf(from.owned, rows);
        this.attributes = from.attributes == null ? null : Arrays.copyOf(from.attributes, rows);
        this.linked = linked;
    }

    private static int[] fitted(int[] column, int rows) {
        return column.length == rows ? column : Arrays.copyOf(column, rows);
    }

    private static long[] fitted(long[] column, int rows) {
        return column.length == rows ? column : Arrays.copyOf(column, rows);
    }

    private static InodeTable ofTop() {
        LayerColumns one = new LayerColumns(1);
        one.add(TOP, new byte[0], 0, 0, LowerEntry.TOP);
        return new InodeTable(one, LowerTree.TOP, new LongMap<>());
    }

    int mode(int row) {
        return types[row] & MODE;
    }

    boolean is(int row, int flag) {
        return (types[row] & flag) != 0;
    }

    long owner(int row) {
        return owners[owned == null ? 0 : owned[row]];
    }

    int links(int row) {
        Integer several = is(row, LINKED) ? linked.get(row) : null;
        return several == null ? 1 : several;
    }

    private int nameStart(int row) {
        return row == 0 ? 0 : nameEnds[row - 1];
    }

    String name(int row) {
        int start = nameStart(row);
        return ByteString.of(names, start, nameEnds[row] - start);
    }

    /** As {@link String#compareTo} of the name with {@code other}. */
    int compareName(int row, String other) {
        int start = nameStart(row);
        int length = nameEnds[row] - start;
        int common = Math.min(length, other.length());
        for (int i = 0; i < common; i++) {
            int difference = (names[start + i] & 0xff) - other.charAt(i);
            if (difference != 0) {
                return difference;
            }
        }
        return length - other.length();
    }

    /** Without a leading slash. */
    String path(int row) {
        StringBuilder path = new StringBuilder(name(row));
        for (int above = parents[row]; above != TOP; above = parents[above]) {
            path.insert(0, '/').insert(0, name(above));
        }
        return path.toString();
    }

    @Nullable
    Digest object(int row) {
        if ((types[row] & Mode.TYPE) != Mode.FILE || details[row] < 0) {
            return null;
        }
        int start = details[row] * DIGEST;
        return Digest.ofHash(Arrays.copyOfRange(digests, start, start + DIGEST));
    }

    @Nullable
    String target(int row) {
        return (types[row] & Mode.TYPE) == Mode.LINK ? targets[details[row]] : null;
    }

    long device(int row) {
        int type = types[row] & Mode.TYPE;
        return type == Mode.CHARACTER || type == Mode.BLOCK ? devices[details[row]] : 0;
    }

    Attributes attributes(int row) {
        Attributes some = attributes == null ? null : attributes[row];
        return some == null ? Attributes.NONE : some;
    }
}
