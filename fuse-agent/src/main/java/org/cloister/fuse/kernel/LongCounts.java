package org.cloister.fuse.kernel;

import java.util.function.LongPredicate;

/** Counts by number, without an object for each. Open addressing with backward-shift deletion; 0 is no key. For one thread. */
final class LongCounts {
    private static final int FIRST_CAPACITY = 16;

    private long[] keys = new long[FIRST_CAPACITY];
    private long[] counts = new long[FIRST_CAPACITY];
    private int size;

    long get(long key) {
        return counts[find(key)];
    }

    int size() {
        return size;
    }

    boolean anyKey(LongPredicate wanted) {
        for (long key : keys) {
            if (key != 0 && wanted.test(key)) {
                return true;
            }
        }
        return false;
    }

    /** Gives the new count; a count of zero or less is forgotten. */
    long add(long key, long difference) {
        int i = find(key);
        long count = counts[i] + difference;
        if (count <= 0) {
            if (keys[i] != 0) {
                remove(i);
            }
            return count;
        }
        if (keys[i] == 0) {
            keys[i] = key;
            size++;
        }
        counts[i] = count;
        if (size * 2 >= keys.length) {
            grow();
        }
        return count;
    }

    /** Where {@code key} is or would be. */
    private int find(long key) {
        int mask = keys.length - 1;
        int i = slot(key, mask);
        while (keys[i] != 0 && keys[i] != key) {
            i = (i + 1) & mask;
        }
        return i;
    }

    private void remove(int hole) {
        int mask = keys.length - 1;
        int i = hole;
        size--;
        for (int next = (i + 1) & mask; keys[next] != 0; next = (next + 1) & mask) {
            int home = slot(keys[next], mask);
            if (((next - home) & mask) >= ((next - i) & mask)) {
                keys[i] = keys[next];
                counts[i] = counts[next];
                i = next;
            }
        }
        keys[i] = 0;
        counts[i] = 0;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldCounts = counts;
        keys = new long[oldKeys.length * 2];
        counts = new long[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                counts[at] = oldCounts[i];
            }
        }
    }

    private static int slot(long key, int mask) {
        long hash = key * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 40) & mask;
    }
}
