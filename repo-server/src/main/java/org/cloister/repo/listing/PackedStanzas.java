package org.cloister.repo.listing;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.jspecify.annotations.Nullable;

/**
 * The stanzas of one page, compressed to a fifth: the form of {@link PackagesListed#stanzas}. The text is kept as long as memory
 * allows once it was read. Thread-safe.
 */
final class PackedStanzas {
    /** More than a page has; what claims more isn't ours. */
    private static final int MAX_TEXT = 4 * 1024 * 1024;

    private static final int LEVEL = 3;

    private final byte[] frame;
    private final int count;
    private SoftReference<String @Nullable []> texts = new SoftReference<>(null);

    private PackedStanzas(byte[] frame, int count) {
        this.frame = frame;
        this.count = count;
    }

    /** @param stanzas each ends with a line end and has no empty line */
    static String pack(List<String> stanzas) {
        byte[] text = String.join("\n", stanzas).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(Zstd.compress(text, LEVEL));
    }

    /** Reads nothing of them yet. @throws IllegalArgumentException if it isn't base64 */
    static PackedStanzas of(PackagesListed page) {
        return new PackedStanzas(
                Base64.getDecoder().decode(page.stanzas()), page.listed().size());
    }

    String get(int index) {
        String[] known = texts.get();
        if (known == null) {
            known = unpack();
            texts = new SoftReference<>(known);
        }
        return known[index];
    }

    private String[] unpack() {
        long size = Zstd.getFrameContentSize(frame);
        if (size < 0 || size > MAX_TEXT) {
            throw new IllegalStateException("a page of stanzas isn't a Zstandard frame of at most " + MAX_TEXT);
        }
        String text;
        try {
            text = new String(Zstd.decompress(frame, (int) size), StandardCharsets.UTF_8);
        } catch (ZstdException e) {
            throw new IllegalStateException("a page of stanzas is damaged", e);
        }
        String[] stanzas = new String[count];
        int from = 0;
        for (int i = 0; i < count; i++) {
            int end = i == count - 1 ? text.length() : text.indexOf("\n\n", from) + 1;
            if (end <= from) {
                throw new IllegalStateException("a page of " + count + " stanzas has only " + i);
            }
            stanzas[i] = text.substring(from, end);
            from = end + 1;
        }
        return stanzas;
    }
}
