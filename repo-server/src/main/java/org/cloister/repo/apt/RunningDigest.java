package org.cloister.repo.apt;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/** The digest of chunks one after the other, with what it was after each: chunks that are the same at the beginning aren't hashed again. Immutable. */
final class RunningDigest {
    private final List<MessageDigest> after;

    private RunningDigest(List<MessageDigest> after) {
        this.after = after;
    }

    /**
     * @param chunks at least one
     * @param before of chunks of which the first {@code same} are these; null if {@code same} is 0
     */
    static <T> RunningDigest of(List<T> chunks, Function<T, byte[]> bytes, @Nullable RunningDigest before, int same) {
        List<MessageDigest> after = new ArrayList<>(chunks.size());
        if (before != null) {
            after.addAll(before.after.subList(0, same));
        }
        MessageDigest running = after.isEmpty() ? Digest.sha256() : copy(after.get(after.size() - 1));
        for (T chunk : chunks.subList(after.size(), chunks.size())) {
            running.update(bytes.apply(chunk));
            after.add(copy(running));
        }
        return new RunningDigest(after);
    }

    Digest digest() {
        return Digest.ofHash(copy(after.get(after.size() - 1)).digest());
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java's SHA-256 can't be copied", e);
        }
    }
}
