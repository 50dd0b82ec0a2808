package org.cloister.fuse.tree;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Extended attributes of a node. Immutable; the byte arrays are shared and must not be written to. */
public final class Attributes {
    public static final Attributes NONE = new Attributes(new TreeMap<>());

    private final TreeMap<String, byte[]> values;

    private Attributes(TreeMap<String, byte[]> values) {
        this.values = values;
    }

    public static Attributes of(Map<String, byte[]> values) {
        return values.isEmpty() ? NONE : new Attributes(new TreeMap<>(values));
    }

    public byte @Nullable [] get(String name) {
        return values.get(name);
    }

    public Set<String> names() {
        return values.navigableKeySet();
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public Attributes with(String name, byte[] value) {
        TreeMap<String, byte[]> changed = new TreeMap<>(values);
        changed.put(name, value);
        return new Attributes(changed);
    }

    public Attributes without(String name) {
        TreeMap<String, byte[]> changed = new TreeMap<>(values);
        changed.remove(name);
        return changed.isEmpty() ? NONE : new Attributes(changed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attributes that
                && values.keySet().equals(that.values.keySet())
                && values.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), that.values.get(e.getKey())));
    }

    @Override
    public int hashCode() {
        return values.keySet().hashCode();
    }
}
