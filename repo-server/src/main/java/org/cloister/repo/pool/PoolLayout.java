package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.StoreLayout;

/** Where the pool's directory holds what: {@code objects/ab/<hex>}, {@code layers/…}, {@code artifacts/…}, {@code staging/};
 * {@code removed/<request>/} and {@code condemned} are the garbage's. */
record PoolLayout(Path root) {
    Path object(Digest digest) {
        return root.resolve("objects").resolve(StoreLayout.fanOut(digest));
    }

    Path layer(LayerId layer) {
        return root.resolve("layers").resolve(StoreLayout.fanOut(layer.digest()));
    }

    Path artifact(Digest digest) {
        return root.resolve("artifacts").resolve(StoreLayout.fanOut(digest));
    }

    Path directory(ContentKind kind) {
        return root.resolve(kind.text() + "s");
    }

    Path file(ContentKind kind, Digest digest) {
        return directory(kind).resolve(StoreLayout.fanOut(digest));
    }

    /** Since when what is condemned. */
    Path condemned() {
        return root.resolve("condemned");
    }

    /** What is on its way out, in a directory for each removal. */
    Path removed() {
        return root.resolve("removed");
    }

    static String removedName(ContentKind kind, Digest digest) {
        return kind.text() + "-" + digest.hex();
    }

    /** Where a file of {@link #removedName} was. */
    Path place(String removedName) {
        int dash = removedName.indexOf('-');
        return file(ContentKind.parse(removedName.substring(0, dash)), new Digest(removedName.substring(dash + 1)));
    }

    Path staging() {
        return root.resolve("staging");
    }

    /** Names the bucket that has the content, where that isn't here. */
    Path bucket() {
        return root.resolve("bucket");
    }

    Path lock() {
        return root.resolve("lock");
    }

    /** Makes the directories, durably, and empties the staging area. */
    void prepare() throws IOException {
        for (String kind : List.of("objects", "layers", "artifacts", "staging", "removed")) {
            Files.createDirectories(root.resolve(kind));
        }
        deleteChildren(staging());
        Durability.force(root);
    }

    /** Deletes what is below {@code directory}, not itself; follows no link. */
    static void deleteChildren(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (Stream<Path> found = Files.walk(directory)) {
            found.forEach(children::add);
        }
        for (int i = children.size() - 1; i > 0; i--) {
            Files.deleteIfExists(children.get(i));
        }
    }
}
