package org.cloister.agent.configure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/**
 * Puts diverted files where dpkg would have unpacked them (dpkg-divert(1)). The layers hold every file under its shipped name,
 * so a preinst that diverts finds the diverting package's own file there and moves it away: that one comes back, and the other
 * package's goes to the diverted name.
 */
final class Diversions {
    private static final String DATABASE = "var/lib/dpkg/diversions";
    private static final int LINES_EACH = 3;

    private final ScratchFiles files;
    private final ObjectStore store;

    Diversions(Path root, ObjectStore store) {
        this.files = new ScratchFiles(root);
        this.store = store;
    }

    /** {@code owner} is {@code :} for a local one. */
    private record Diversion(String from, String to, String owner) {}

    /** @param closure the packages whose files are there, the lowest first */
    void settle(Closure closure) throws IOException {
        for (Diversion diversion : read()) {
            ManifestEntry own = null;
            ManifestEntry other = null;
            for (Closure.Member member : closure.packages()) {
                ManifestEntry entry = entries(member).get(diversion.from());
                if (entry != null && member.id().name().text().equals(diversion.owner())) {
                    own = entry;
                } else if (entry != null) {
                    other = entry;
                }
            }
            place(own, diversion.from());
            place(other, diversion.to());
        }
    }

    private List<Diversion> read() throws IOException {
        List<String> lines = files.text(DATABASE).orElse("").lines().toList();
        List<Diversion> diversions = new ArrayList<>();
        for (int i = 0; i + LINES_EACH <= lines.size(); i += LINES_EACH) {
            diversions.add(new Diversion(relative(lines.get(i)), relative(lines.get(i + 1)), lines.get(i + 2)));
        }
        return diversions;
    }

    private static String relative(String path) {
        return BaseLayer.canonicalPath(path.substring(1));
    }

    private Map<String, ManifestEntry> entries(Closure.Member member) throws IOException {
        Map<String, ManifestEntry> entries = new HashMap<>();
        store.manifest(member.layer()).entries().forEach(entry -> entries.put(entry.path(), entry));
        return entries;
    }

    private void place(@Nullable ManifestEntry entry, String path) throws IOException {
        if (entry == null) {
            return;
        }
        Path target = files.place(path);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && isSame(entry, target)) {
            return;
        }
        if (entry.type() == EntryType.SYMLINK) {
            Files.deleteIfExists(target);
            Files.createSymbolicLink(target, Path.of(entry.argument()));
        } else if (entry.type() == EntryType.FILE) {
            Files.deleteIfExists(target);
            Files.copy(store.path(entry.object()), target);
            Files.setAttribute(target, "unix:mode", entry.mode(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static boolean isSame(ManifestEntry entry, Path target) throws IOException {
        if (entry.type() != EntryType.FILE || !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            return entry.type() == EntryType.SYMLINK
                    && Files.isSymbolicLink(target)
                    && Files.readSymbolicLink(target).toString().equals(entry.argument());
        }
        try (InputStream in = Files.newInputStream(target, LinkOption.NOFOLLOW_LINKS)) {
            return Digest.of(in.readAllBytes()).equals(entry.object());
        }
    }
}
