package org.cloister.repo.collect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.Digest;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.retention.Evidence;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Listings from the log, signed files from the pool. */
record LoggedContents(Views views, Pool pool) implements Evidence.Contents {
    /** A line of a Release file's SHA256 field; what looks like one is kept, whatever field it stands in. */
    private static final Pattern FILE = Pattern.compile("^ ?([0-9a-f]{64})\\s+[0-9]+\\s+\\S+\\s*$", Pattern.MULTILINE);

    @Override
    public Iterable<Digest> listed(MirrorName mirror, Position position) {
        Listing listing = views.listings().at(mirror, position);
        return () -> listing.components().stream()
                .flatMap(component -> listing.packages(component).stream())
                .map(ListedPackage::artifact)
                .iterator();
    }

    @Override
    public @Nullable Closure closure(ClosureId id) {
        return views.closures().find(id);
    }

    @Override
    public ClosureId idOf(Closure closure) {
        return views.closures().idOf(closure);
    }

    @Override
    public Iterable<Digest> named(Digest inRelease) {
        var blob = pool.object(inRelease);
        if (blob.isEmpty()) {
            return List.of();
        }
        try {
            List<Digest> named = new ArrayList<>();
            Matcher lines = FILE.matcher(new String(blob.get().bytes(), StandardCharsets.ISO_8859_1));
            while (lines.find()) {
                named.add(new Digest(lines.group(1)));
            }
            return named;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
