package org.cloister.fuse.tree;

import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The shipped files of every layer that is loaded, each layer once however many roots stack it, in the order of their numbers.
 * Nothing is collected, so it costs no memory. For all threads; layers may come and go meanwhile.
 */
public final class LoadedFiles {
    private final Numbers numbers;

    public LoadedFiles(Numbers numbers) {
        this.numbers = numbers;
    }

    /** @param number of the node in each root that shows it */
    public record File(long number, Digest object, long size) {}

    /** The first one whose number is {@code number} or greater; null: there is none. */
    public @Nullable File from(long number) {
        long end = numbers.end();
        for (long i = Math.max(number, Numbers.FIRST); i < end; i++) {
            LowerNode node = numbers.get(i);
            Digest object = node == null ? null : node.object();
            if (node != null && object != null) {
                return new File(i, object, node.size());
            }
        }
        return null;
    }

    /** Greater than every number. */
    public long end() {
        return numbers.end();
    }

    /** Of all files together. */
    public long bytes() {
        long bytes = 0;
        for (File file = from(0); file != null; file = from(file.number + 1)) {
            bytes += file.size;
        }
        return bytes;
    }
}
