package org.cloister.fuse.tree;

import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.LayerId;

/** One immutable layer as a tree of nodes, shared by every root that stacks it. */
public final class LowerLayer {
    private final LayerId id;
    private final LowerNode top;
    private final int first;
    private final int count;

    LowerLayer(LayerId id, LowerNode top, int first, int count) {
        this.id = id;
        this.top = top;
        this.first = first;
        this.count = count;
    }

    public LayerId id() {
        return id;
    }

    public int size() {
        return count;
    }

    /** The lowest number of its nodes. */
    public int first() {
        return first;
    }

    /** Whether {@code local} is the number of one of its nodes. */
    public boolean has(long local) {
        return local >= first && local < (long) first + count;
    }

    LowerNode top() {
        return top;
    }

    /** Whether it is a device layer ({@link DeviceLayers}). */
    boolean isDevices() {
        LowerNode directory = top.children().get(DeviceLayers.DIRECTORY);
        return directory != null
                && directory.isOpaque()
                && directory.attributes().get(DeviceLayers.MARK) != null;
    }

    /** Its nodes are no longer found by number; only when no root stacks it and the kernel knows none of them. */
    public void unload(Numbers numbers) {
        numbers.drop(first, count);
    }

    /**
     * Takes the entries of a manifest in its order: parents before children. Paths are strings of bytes. Throws {@link
     * IllegalArgumentException} for an entry without its parent, an entry that is there twice or a link to nothing, some of it only when the
     * layer is built. For one thread.
     */
    public static final class Builder {
        private static final int GUESS = 64;

        private final LayerId id;
        private final LayerColumns columns;
        private final LayerDirectories directories;
        private final LayerLinks links;
        private int last = -1;

        public Builder(LayerId id) {
            this(id, GUESS);
        }

        /** {@code capacity} entries are expected. */
        public Builder(LayerId id, int capacity) {
            this.id = id;
            this.columns = new LayerColumns(capacity);
            this.directories = new LayerDirectories(columns);
            this.links = new LayerLinks();
        }

        public Builder add(String path, LowerEntry entry) {
            byte[] bytes = ByteString.bytes(path);
            int start = nameStart(bytes, bytes.length);
            last = columns.add(parent(bytes, start), bytes, start, bytes.length - start, entry);
            return added(bytes, bytes.length);
        }

        /** An entry that {@link #object}, {@link #target} and the like then say more of. */
        public Builder add(
                byte[] path,
                int length,
                LowerEntry.Kind kind,
                int permissions,
                int uid,
                int gid,
                long mtime,
                long size) {
            int start = nameStart(path, length);
            int parent = parent(path, start);
            last = columns.add(parent, path, start, length - start, kind, permissions, uid, gid, mtime, size);
            return added(path, length);
        }

        private Builder added(byte[] path, int length) {
            if ((columns.types[last] & Mode.TYPE) == Mode.DIRECTORY) {
                directories.add(last, path, length);
            }
            return this;
        }

        /** Content of the file that was added last; 32 bytes. */
        public Builder object(byte[] digest) {
            columns.object(last, digest);
            return this;
        }

        /** Of the symbolic link that was added last. */
        public Builder target(String target) {
            columns.target(last, target);
            return this;
        }

        /** Of the device that was added last, as {@code major << 32 | minor}. */
        public Builder device(long device) {
            columns.device(last, device);
            return this;
        }

        /** Of the entry that was added last. */
        public Builder attributes(Attributes attributes) {
            columns.attributes(last, attributes);
            return this;
        }

        public Builder link(String path, String first) {
            byte[] bytes = ByteString.bytes(path);
            int start = nameStart(bytes, bytes.length);
            links.add(parent(bytes, start), path.substring(start), first, columns.rows);
            return this;
        }

        private static int nameStart(byte[] path, int length) {
            int start = length;
            while (start > 0 && path[start - 1] != '/') {
                start--;
            }
            return start;
        }

        /** Row of the directory that is named before {@code nameStart}. */
        private int parent(byte[] path, int nameStart) {
            if (nameStart == 0) {
                return InodeTable.TOP;
            }
            int found = directories.find(path, nameStart - 1);
            if (found == LayerDirectories.NONE) {
                throw new IllegalArgumentException(
                        "layer " + id + " has no directory for " + ByteString.of(path, 0, path.length));
            }
            return found;
        }

        /** Its numbers are {@code first} and the place of each entry in the order in which they were added. */
        public LowerLayer build(Numbers numbers) {
            try {
                return new LayerAssembly(columns, links).build(id, numbers);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("layer " + id + ": " + e.getMessage(), e);
            }
        }
    }
}
