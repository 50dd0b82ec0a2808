package org.cloister.repo.apt;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Neighbouring paragraphs of an index, compressed for themselves: a gzip member and a zstd frame, of which a file may have many
 * (RFC 1952, section 2.2; RFC 8878, section 3). Immutable.
 *
 * @param size bytes of its paragraphs
 */
record IndexChunk(List<IndexEntry> entries, int size, byte[] gzip, byte[] zstd) {
    /** Above it, chunks of this size get hardly smaller and take several times as long. */
    private static final int ZSTD_LEVEL = 9;

    static IndexChunk of(List<IndexEntry> entries) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(entries.size() * 1024);
        entries.forEach(entry -> text.writeBytes(entry.paragraph()));
        byte[] bytes = text.toByteArray();
        return new IndexChunk(List.copyOf(entries), bytes.length, gzip(bytes), Zstd.compress(bytes, ZSTD_LEVEL));
    }

    /** Its paragraphs. */
    byte[] text() {
        return Zstd.decompress(zstd, size);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out, 8192)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return out.toByteArray();
    }
}
