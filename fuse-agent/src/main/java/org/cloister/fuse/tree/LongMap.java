package org.cloister.fuse.tree;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A hash map with {@code long} keys that allocates nothing on lookup. Open addressing with backward-shift deletion. */
public final class LongMap<V> {
    private static final int FIRST_CAPACITY = 16;

    private long[] keys = new long[FIRST_CAPACITY];
    private @Nullable Object[] values = new Object[FIRST_CAPACITY];
    private int size;

    @SuppressWarnings("unchecked") // only put() stores values, and it takes V
    public @Nullable V get(long key) {
        int mask = keys.length - 1;
        for (int i = slot(key, mask); ; i = (i + 1) & mask) {
            Object value = values[i];
            if (value == null || keys[i] == key) {
                return (V) value;
            }
        }
    }

    public void put(long key, V value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int mask = keys.length - 1;
        int i = slot(key, mask);
        while (values[i] != null && keys[i] != key) {
            i = (i + 1) & mask;
        }
        if (values[i] == null) {
            size++;
        }
        keys[i] = key;
        values[i] = value;
    }

    public void remove(long key) {
        int mask = keys.length - 1;
        int i = slot(key, mask);
        while (values[i] != null && keys[i] != key) {
            i = (i + 1) & mask;
        }
        if (values[i] == null) {
            return;
        }
        size--;
        close(i, mask);
    }

    /** Moves later members of the probe sequence into the hole at {@code hole}. */
    private void close(int hole, int mask) {
        int i = hole;
        for (int next = (i + 1) & mask; values[next] != null; next = (next + 1) & mask) {
            int home = slot(keys[next], mask);
            if (((next - home) & mask) >= ((next - i) & mask)) {
                keys[i] = keys[next];
                values[i] = values[next];
                i = next;
            }
        }
        values[i] = null;
    }

    public int size() {
        return size;
    }

    public void clear() {
        keys = new long[FIRST_CAPACITY];
        values = new Object[FIRST_CAPACITY];
        size = 0;
    }

    /** The map must not be changed meanwhile. */
    @SuppressWarnings("unchecked") // only put() stores values, and it takes V
    public void forEach(Consumer<V> action) {
        for (Object value : values) {
            if (value != null) {
                action.accept((V) value);
            }
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            Object value = oldValues[i];
            if (value != null) {
                int at = slot(oldKeys[i], mask);
                while (values[at] != null) {
                    at = (at + 1) & mask;
                }
                keys[at] = oldKeys[i];
                values[at] = value;
            }
        }
    }

    private static int slot(long key, int mask) {
        long hash = key * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 40) & mask;
    }
}
