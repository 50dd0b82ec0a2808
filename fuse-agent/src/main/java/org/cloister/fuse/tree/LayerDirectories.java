package org.cloister.fuse.tree;

import java.util.Arrays;

/** Finds the row of a directory by its path while a layer is built: a hash table whose keys are the columns themselves. */
final class LayerDirectories {
    static final int NONE = -2;

    private final LayerColumns columns;
    private int[] hashes = new int[64];
    /** Row and 1; 0: free. */
    private int[] rows = new int[64];

    private int size;
    private byte[] lastPath = new byte[0];
    private int lastLength = -1;
    private int lastRow = NONE;

    LayerDirectories(LayerColumns columns) {
        this.columns = columns;
    }

    void add(int row, byte[] path, int length) {
        if (size * 2 >= rows.length) {
            grow();
        }
        size++;
        place(hash(path, length), row);
    }

    private void place(int hash, int row) {
        int i = hash & (rows.length - 1);
        while (rows[i] != 0) {
            i = (i + 1) & (rows.length - 1);
        }
        hashes[i] = hash;
        rows[i] = row + 1;
    }

    private void grow() {
        int[] oldHashes = hashes;
        int[] oldRows = rows;
        hashes = new int[oldHashes.length * 2];
        rows = new int[oldHashes.length * 2];
        for (int i = 0; i < oldRows.length; i++) {
            if (oldRows[i] != 0) {
                place(oldHashes[i], oldRows[i] - 1);
            }
        }
    }

    /** {@link #NONE} when there is no such directory. Neighbours have the same one, so the last is remembered. */
    int find(byte[] path, int length) {
        if (length == lastLength && Arrays.equals(path, 0, length, lastPath, 0, length)) {
            return lastRow;
        }
        int hash = hash(path, length);
        int found = NONE;
        for (int i = hash & (rows.length - 1); rows[i] != 0 && found == NONE; i = (i + 1) & (rows.length - 1)) {
            if (hashes[i] == hash && isAt(rows[i] - 1, path, length)) {
                found = rows[i] - 1;
            }
        }
        if (found != NONE) {
            remember(path, length, found);
        }
        return found;
    }

    private void remember(byte[] path, int length, int row) {
        if (lastPath.length < length) {
            lastPath = new byte[length * 2];
        }
        System.arraycopy(path, 0, lastPath, 0, length);
        lastLength = length;
        lastRow = row;
    }

    /** Compares from the last name to the first. */
    private boolean isAt(int row, byte[] path, int length) {
        int end = length;
        for (int here = row; here != InodeTable.TOP; here = columns.parents[here]) {
            int from = columns.nameStart(here);
            int start = end - columns.nameLength(here);
            if (start < 0 || !Arrays.equals(path, start, end, columns.names, from, columns.nameEnds[here])) {
                return false;
            }
            end = start - 1;
            if (end >= 0 && path[end] != '/') {
                return false;
            }
        }
        return end == -1;
    }

    private static int hash(byte[] path, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + path[i];
        }
        return hash ^ hash >>> 15;
    }
}
