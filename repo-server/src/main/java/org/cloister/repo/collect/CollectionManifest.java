package org.cloister.repo.collect;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.repo.retention.Stored;

/** The text that says what went: a first line, then {@code <kind> <hex> <bytes>} for each. */
final class CollectionManifest {
    private static final String FORM = "cloister-collected 1";

    private CollectionManifest() {}

    static byte[] write(List<Stored> gone) {
        StringBuilder text = new StringBuilder(FORM).append('\n');
        for (Stored one : gone) {
            text.append(one.kind().text())
                    .append(' ')
                    .append(one.digest().hex())
                    .append(' ')
                    .append(one.size())
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws IllegalArgumentException if it is no such text */
    static void read(byte[] bytes, BiConsumer<ContentKind, Digest> gone) {
        String[] lines = new String(bytes, StandardCharsets.US_ASCII).split("\n", -1);
        if (!lines[0].equals(FORM)) {
            throw new IllegalArgumentException("not a record of a collection");
        }
        for (int i = 1; i < lines.length - 1; i++) {
            String[] words = lines[i].split(" ", 3);
            if (words.length != 3) {
                throw new IllegalArgumentException("not a line of a collection's record: " + lines[i]);
            }
            gone.accept(ContentKind.parse(words[0]), new Digest(words[1]));
        }
    }
}
