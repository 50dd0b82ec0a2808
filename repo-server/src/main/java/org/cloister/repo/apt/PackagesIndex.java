package org.cloister.repo.apt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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

    /** At least one, of which only a single one may be empty. */
    private final List<IndexChunk> chunks;

    private final RunningDigest text;
    private final RunningDigest gzip;
    private final RunningDigest zstd;

    private PackagesIndex(List<IndexChunk> chunks, @Nullable PackagesIndex before) {
        this.chunks = List.copyOf(chunks);
        int same = same(before);
        CompletableFuture<RunningDigest> texts = CompletableFuture.supplyAsync(
                () -> digest(IndexChunk::text, before == null ? null : before.text, same));
        this.gzip = digest(IndexChunk::gzip, before == null ? null : before.gzip, same);
        this.zstd = digest(IndexChunk::zstd, before == null ? null : before.zstd, same);
        this.text = texts.join();
    }

    private int same(@Nullable PackagesIndex before) {
        int same = 0;
        while (before != null
                && same < Math.min(chunks.size(), before.chunks.size())
                && chunks.get(same) == before.chunks.get(same)) {
            same++;
        }
        return same;
    }

    private RunningDigest digest(Function<IndexChunk, byte[]> bytes, @Nullable RunningDigest before, int same) {
        return RunningDigest.of(chunks, bytes, before, same);
    }

    /**
     * @param entries in {@link IndexEntry#ORDER}, each id once
     * @param before an index that may share chunks with this one
     */
    static PackagesIndex of(List<IndexEntry> entries, @Nullable PackagesIndex before) {
        Map<IndexEntry, IndexChunk> known = new HashMap<>();
        if (before != null) {
            before.chunks.stream()
                    .filter(chunk -> !chunk.entries().isEmpty())
                    .forEach(chunk -> known.put(chunk.entries().get(0), chunk));
        }
        List<IndexChunk> chunks = split(entries).parallelStream()
                .map(part -> {
                    IndexChunk chunk = part.isEmpty() ? null : known.get(part.get(0));
                    return chunk != null && chunk.entries().equals(part) ? chunk : IndexChunk.of(part);
                })
                .toList();
        return new PackagesIndex(chunks, before);
    }

    private static List<List<IndexEntry>> split(List<IndexEntry> entries) {
        List<List<IndexEntry>> parts = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < entries.size(); i++) {
            if (i - start == MAX_ENTRIES || beginsChunk(entries.get(i - 1), entries.get(i))) {
                parts.add(entries.subList(start, i));
                start = i;
            }
        }
        parts.add(entries.subList(start, entries.size()));
        return parts;
    }

    private static boolean beginsChunk(IndexEntry before, IndexEntry entry) {
        String name = entry.id().name().text();
        return Math.floorMod(name.hashCode(), NAMES_PER_CHUNK) == 0
                && !name.equals(before.id().name().text());
    }

    /** The uncompressed index, which nobody stores. */
    Publication.File text() {
        return new Publication.File(
                text.digest(), chunks.stream().mapToLong(IndexChunk::size).sum());
    }

    /** The whole index, gzip. */
    IndexFiles.Content gzip() {
        return new IndexFiles.Content(
                gzip.digest(), chunks.stream().map(IndexChunk::gzip).toList());
    }

    /** The whole index, zstd. */
    IndexFiles.Content zstd() {
        return new IndexFiles.Content(
                zstd.digest(), chunks.stream().map(IndexChunk::zstd).toList());
    }
}
