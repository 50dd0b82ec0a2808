package org.cloister.repo.apt;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A Packages index in chunks whose borders follow from names alone, so that a package that comes or goes changes one chunk; the
 * others of an earlier index are used again. The same entries give the same bytes, whatever came before. Immutable.
 */
final class PackagesIndex {
    /** A name begins a chunk with this probability: chunks of about 200 kB, so that little is compressed anew and little is lost by it. */
    private static final int NAMES_PER_CHUNK = 256;
    /** Where one name has very many versions. */
    private static final int MAX_ENTRIES = 4_096;

    private final List<IndexChunk> chunks;

    private PackagesIndex(List<IndexChunk> chunks) {
        this.chunks = List.copyOf(chunks);
    }

    /**
     * @param entries in {@link IndexEntry#ORDER}, each id once
     * @param before an index that may share chunks with this one
     */
    static PackagesIndex of(List<IndexEntry> entries, @Nullable PackagesIndex before) {
        Map<IndexEntry, IndexChunk> known = new HashMap<>();
        if (before != null) {
            before.chunks.forEach(chunk -> known.put(chunk.entries().get(0), chunk));
        }
        List<IndexChunk> chunks = split(entries).parallelStream()
                .map(part -> {
                    IndexChunk chunk = known.get(part.get(0));
                    return chunk != null && chunk.entries().equals(part) ? chunk : IndexChunk.of(part);
                })
                .collect(Collectors.toList());
        return new PackagesIndex(chunks);
    }

    private static List<List<IndexEntry>> split(List<IndexEntry> entries) {
        List<List<IndexEntry>> parts = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= entries.size(); i++) {
            if (i == entries.size() || i - start == MAX_ENTRIES || beginsChunk(entries.get(i - 1), entries.get(i))) {
                parts.add(entries.subList(start, i));
                start = i;
            }
        }
        return parts;
    }

    private static boolean beginsChunk(IndexEntry before, IndexEntry entry) {
        String name = entry.id().name().text();
        return !name.equals(before.id().name().text()) && Math.floorMod(name.hashCode(), NAMES_PER_CHUNK) == 0;
    }

    /** Bytes of the uncompressed index. */
    long size() {
        return chunks.stream().mapToLong(IndexChunk::size).sum();
    }

    /** Of the uncompressed index. */
    Digest digest() {
        MessageDigest hash = Digest.sha256();
        chunks.forEach(chunk -> hash.update(chunk.text()));
        return Digest.ofHash(hash.digest());
    }

    /** The whole index, gzip; one empty member where there is no package. */
    List<byte[]> gzip() {
        return nonEmpty().stream().map(IndexChunk::gzip).toList();
    }

    /** The whole index, zstd; one empty frame where there is no package. */
    List<byte[]> zstd() {
        return nonEmpty().stream().map(IndexChunk::zstd).toList();
    }

    private List<IndexChunk> nonEmpty() {
        return chunks.isEmpty() ? List.of(IndexChunk.of(List.of())) : chunks;
    }

    int packages() {
        return chunks.stream().mapToInt(chunk -> chunk.entries().size()).sum();
    }
}
