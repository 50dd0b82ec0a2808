package org.cloister.fuse.tree;

import java.util.Arrays;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What a directory listed at one moment, without {@code .} and {@code ..}: what is shipped, by name, and then what was bound here.
 * Does not change once it is given out.
 */
public final class Directory {
    private String[] names;
    private long[] locals;
    private int[] modes;
    private int size;

    Directory(int capacity) {
        names = new String[capacity];
        locals = new long[capacity];
        modes = new int[capacity];
    }

    /** Directories that are no nodes of one tree: the mount's own top. */
    public static Directory ofTops(Set<String> names, ToLongFunction<String> number) {
        Directory listing = new Directory(names.size());
        names.forEach(name -> listing.add(name, number.applyAsLong(name), Mode.DIRECTORY));
        return listing;
    }

    void add(String name, long local, int mode) {
        if (size == names.length) {
            int larger = Math.max(8, size * 2);
            names = Arrays.copyOf(names, larger);
            locals = Arrays.copyOf(locals, larger);
            modes = Arrays.copyOf(modes, larger);
        }
        names[size] = name;
        locals[size] = local;
        modes[size] = mode;
        size++;
    }

    public int size() {
        return size;
    }

    public String name(int index) {
        return names[index];
    }

    /** Inode number within the root. */
    public long local(int index) {
        return locals[index];
    }

    public int mode(int index) {
        return modes[index];
    }
}
