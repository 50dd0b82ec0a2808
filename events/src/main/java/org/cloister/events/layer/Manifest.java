package org.cloister.events.layer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.Digest;

/**
 * The canonical, sorted list of a layer's entries. Two equal trees have equal manifests and so one {@link LayerId}. Every
 * parent is an entry, no path occurs twice, a hard link's first path is a file of the same layer.
 */
public record Manifest(List<ManifestEntry> entries) {
    /** A limit on what one package may ship; the largest of Debian have about 100,000. */
    public static final int MAX_ENTRIES = 1_000_000;

    /** @throws IllegalArgumentException if the entries aren't canonical, naming the first that isn't */
    public Manifest {
        entries = List.copyOf(entries);
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("more than " + MAX_ENTRIES + " entries");
        }
        checkTree(entries);
    }

    /** Sorts {@code entries} first. */
    public static Manifest of(Collection<ManifestEntry> entries) {
        List<ManifestEntry> sorted = new ArrayList<>(entries);
        sorted.sort((a, b) -> PathOrder.UTF8.compare(a.path(), b.path()));
        return new Manifest(sorted);
    }

    /** @throws IllegalArgumentException if {@code bytes} aren't a canonical manifest of version 1 */
    public static Manifest parse(byte[] bytes) {
        try {
            return ManifestText.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the manifest isn't UTF-8", e);
        }
    }

    public byte[] canonicalBytes() {
        return ManifestText.write(this).getBytes(StandardCharsets.UTF_8);
    }

    /** Computed anew at each call. */
    public LayerId id() {
        return new LayerId(Digest.of(canonicalBytes()));
    }

    private static void checkTree(List<ManifestEntry> entries) {
        Map<String, EntryType> seen = new HashMap<>(entries.size() * 2);
        ManifestEntry before = null;
        for (ManifestEntry entry : entries) {
            if (before != null && PathOrder.UTF8.compare(before.path(), entry.path()) >= 0) {
                throw new IllegalArgumentException("not sorted, or twice: " + entry.path());
            }
            checkParent(entry, seen);
            seen.put(entry.path(), entry.type());
            before = entry;
        }
        for (ManifestEntry entry : entries) {
            if (entry.type() == EntryType.HARD_LINK && !isLinkable(seen.get(entry.argument()))) {
                throw new IllegalArgumentException("hard link to nothing: " + entry.path());
            }
        }
    }

    private static void checkParent(ManifestEntry entry, Map<String, EntryType> seen) {
        String parent = entry.parent();
        EntryType type = seen.get(parent);
        if (!parent.isEmpty() && (type == null || !type.isDirectory())) {
            throw new IllegalArgumentException("the parent is no directory of this layer: " + entry.path());
        }
    }

    private static boolean isLinkable(@org.jspecify.annotations.Nullable EntryType first) {
        return first != null && !first.isDirectory() && first != EntryType.HARD_LINK && first != EntryType.WHITEOUT;
    }
}
