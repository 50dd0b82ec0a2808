package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.cloister.events.Digest;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.LowerEntry;
import org.cloister.fuse.tree.LowerEntry.Kind;
import org.cloister.fuse.tree.LowerLayer;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.union.Layers;
import org.jspecify.annotations.Nullable;

/** Layers from the manifests in the store, each checked against its digest. Called by one thread at a time. */
public final class ManifestLayers implements Layers {
    private static final long NANOS = 1_000_000_000L;
    /** Seconds that fit into nanoseconds of a long. */
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS - 1;

    private final Path state;
    private final Numbers numbers;
    private final Map<LayerId, LowerLayer> loaded = new HashMap<>();
    /** Used by no root at the last switch; programs may still have their files open. */
    private final Set<LayerId> idle = new HashSet<>();

    public ManifestLayers(Path state, Numbers numbers) {
        this.state = state;
        this.numbers = numbers;
    }

    @Override
    public LowerLayer load(LayerId id) throws IOException {
        LowerLayer known = loaded.get(id);
        if (known != null) {
            return known;
        }
        LowerLayer layer = read(id);
        loaded.put(id, layer);
        idle.remove(id);
        return layer;
    }

    @Override
    public void retain(Set<LayerId> used, Predicate<LowerLayer> busy) {
        Set<LayerId> unused = new HashSet<>(loaded.keySet());
        unused.removeAll(used);
        for (LayerId id : unused) {
            LowerLayer layer = loaded.get(id);
            if (idle.contains(id) && layer != null && !busy.test(layer)) {
                layer.unload(numbers);
                loaded.remove(id);
            }
        }
        idle.clear();
        idle.addAll(unused);
        idle.retainAll(loaded.keySet());
    }

    @Override
    public Map<LayerId, Integer> numbered() {
        Map<LayerId, Integer> firsts = new HashMap<>();
        loaded.forEach((id, layer) -> firsts.put(id, layer.first()));
        return firsts;
    }

    private LowerLayer read(LayerId id) throws IOException {
        Path path = state.resolve(StoreLayout.layer(id));
        if (!Files.exists(path)) {
            throw new IOException("layer " + id + " is not in the store; fetch it before switching to it");
        }
        byte[] bytes = Files.readAllBytes(path);
        if (!Digest.of(bytes).equals(id.digest())) {
            throw new IOException("manifest of layer " + id + " is damaged; delete " + path + " and fetch it again");
        }
        try {
            return build(id, Manifest.parse(bytes));
        } catch (IllegalArgumentException e) {
            throw new IOException("manifest of layer " + id + " cannot be understood: " + e.getMessage(), e);
        }
    }

    private LowerLayer build(LayerId id, Manifest manifest) {
        LowerLayer.Builder layer = new LowerLayer.Builder(id);
        for (ManifestEntry entry : manifest.entries()) {
            String path = bytes(entry.path());
            Kind kind = kind(entry);
            if (kind == null) {
                layer.link(path, bytes(entry.argument()));
            } else {
                layer.add(path, lower(entry, kind));
            }
        }
        return layer.build(numbers);
    }

    private static @Nullable Kind kind(ManifestEntry entry) {
        return switch (entry.type()) {
            case DIRECTORY -> Kind.DIRECTORY;
            case OPAQUE_DIRECTORY -> Kind.OPAQUE;
            case FILE -> Kind.FILE;
            case SYMLINK -> Kind.LINK;
            case CHARACTER_DEVICE -> Kind.CHARACTER;
            case BLOCK_DEVICE -> Kind.BLOCK;
            case FIFO -> Kind.FIFO;
            case WHITEOUT -> Kind.WHITEOUT;
            case HARD_LINK -> null;
        };
    }

    private static LowerEntry lower(ManifestEntry entry, Kind kind) {
        return new LowerEntry(
                kind,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                nanos(entry.mtime()),
                entry.size(),
                kind == Kind.CHARACTER || kind == Kind.BLOCK ? device(entry.argument()) : 0,
                kind == Kind.LINK ? bytes(entry.argument()) : null,
                kind == Kind.FILE ? entry.object() : null,
                attributes(entry.xattrs()));
    }

    static long nanos(FileTime time) {
        return Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, time.seconds())) * NANOS + time.nanos();
    }

    private static long device(String text) {
        int colon = text.indexOf(':');
        return Long.parseLong(text, 0, colon, 10) << 32 | Long.parseLong(text, colon + 1, text.length(), 10);
    }

    private static Attributes attributes(Map<String, String> encoded) {
        if (encoded.isEmpty()) {
            return Attributes.NONE;
        }
        Map<String, byte[]> values = new HashMap<>();
        encoded.forEach(
                (name, value) -> values.put(bytes(name), Base64.getDecoder().decode(value)));
        return Attributes.of(values);
    }

    /** UTF-8 as the string of its bytes. */
    static String bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }
}
