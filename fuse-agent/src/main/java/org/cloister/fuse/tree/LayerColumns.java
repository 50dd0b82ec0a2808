package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/** The columns of an {@link InodeTable} while they grow. */
final class LayerColumns {
    /** A guess; grows. */
    private static final int NAME_BYTES = 16;

    int rows;
    int files;
    int[] parents;
    int[] nameEnds;
    byte[] names;
    int[] types;
    long[] mtimes;
    long[] sizes;
    int[] details;
    byte[] digests;
    final List<String> targets = new ArrayList<>();
    final List<Long> devices = new ArrayList<>();
    /** Filled when a second owner is met. */
    int[] owned = new int[0];

    @Nullable
    Attributes @Nullable [] attributes;

    private final LongMap<Integer> ownerRows = new LongMap<>();
    private final List<Long> owners = new ArrayList<>();
    private long lastOwner;
    private int lastOwnerRow = -1;

    LayerColumns(int capacity) {
        parents = new int[capacity];
        nameEnds = new int[capacity];
        names = new byte[capacity * NAME_BYTES];
        types = new int[capacity];
        mtimes = new long[capacity];
        sizes = new long[capacity];
        details = new int[capacity];
        digests = new byte[capacity * InodeTable.DIGEST];
    }

    int nameLength(int row) {
        return nameEnds[row] - nameStart(row);
    }

    int nameStart(int row) {
        return row == 0 ? 0 : nameEnds[row - 1];
    }

    /** A row without what only some types have; the result. */
    int add(
            int parent,
            byte[] text,
            int start,
            int length,
            LowerEntry.Kind kind,
            int permissions,
            int uid,
            int gid,
            long mtime,
            long size) {
        int row = rows;
        if (row == parents.length) {
            grow(Math.max(16, row * 2));
        }
        rows++;
        parents[row] = parent;
        int nameStart = nameStart(row);
        if (nameStart + length > names.length) {
            names = Arrays.copyOf(names, Math.max(nameStart + length, names.length * 3 / 2));
        }
        System.arraycopy(text, start, names, nameStart, length);
        nameEnds[row] = nameStart + length;
        types[row] = kind.type() | permissions | InodeTable.PLAIN | flag(kind);
        mtimes[row] = mtime;
        sizes[row] = size;
        details[row] = -1;
        own(row, (long) uid << 32 | gid & 0xffffffffL);
        return row;
    }

    private static int flag(LowerEntry.Kind kind) {
        return switch (kind) {
            case OPAQUE -> InodeTable.OPAQUE;
            case WHITEOUT -> InodeTable.WHITEOUT;
            default -> 0;
        };
    }

    int add(int parent, byte[] text, int start, int length, LowerEntry entry) {
        int row = add(
                parent,
                text,
                start,
                length,
                entry.kind(),
                entry.permissions(),
                entry.uid(),
                entry.gid(),
                entry.mtime(),
                entry.size());
        Digest object = entry.object();
        String target = entry.target();
        switch (entry.kind()) {
            case FILE -> {
                if (object != null) {
                    object(row, object.bytes());
                }
            }
            case LINK -> target(row, target == null ? "" : target);
            case CHARACTER, BLOCK -> device(row, entry.device());
            case DIRECTORY, OPAQUE, FIFO, WHITEOUT -> {}
        }
        attributes(row, entry.attributes());
        return row;
    }

    void object(int row, byte[] digest) {
        int start = files * InodeTable.DIGEST;
        if (start == digests.length) {
            digests = Arrays.copyOf(digests, Math.max(16 * InodeTable.DIGEST, start * 2));
        }
        System.arraycopy(digest, 0, digests, start, InodeTable.DIGEST);
        details[row] = files++;
    }

    void target(int row, String target) {
        details[row] = targets.size();
        targets.add(target);
    }

    void device(int row, long device) {
        details[row] = devices.size();
        devices.add(device);
    }

    void attributes(int row, Attributes some) {
        if (some.isEmpty()) {
            return;
        }
        @Nullable Attributes[] all = attributes;
        if (all == null) {
            all = new Attributes[parents.length];
            attributes = all;
        }
        all[row] = some;
    }

    private void own(int row, long owner) {
        if (owner != lastOwner || lastOwnerRow < 0) {
            Integer known = ownerRows.get(owner);
            if (known == null) {
                known = owners.size();
                ownerRows.put(owner, known);
                owners.add(owner);
            }
            lastOwner = owner;
            lastOwnerRow = known;
        }
        if (owners.size() > 1) {
            if (owned.length < parents.length) {
                owned = Arrays.copyOf(owned, parents.length);
            }
            owned[row] = lastOwnerRow;
        }
    }

    long[] owners() {
        return owners.stream().mapToLong(Long::longValue).toArray();
    }

    private void grow(int capacity) {
        parents = Arrays.copyOf(parents, capacity);
        nameEnds = Arrays.copyOf(nameEnds, capacity);
        types = Arrays.copyOf(types, capacity);
        mtimes = Arrays.copyOf(mtimes, capacity);
        sizes = Arrays.copyOf(sizes, capacity);
        details = Arrays.copyOf(details, capacity);
        if (attributes != null) {
            attributes = Arrays.copyOf(attributes, capacity);
        }
    }
}
