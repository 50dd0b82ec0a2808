package org.cloister.repo.artifact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;

/**
 * Collects the entries of an archive and puts each at its real place: below the archive's own symbolic links and those of
 * usr-merge. A directory against a link gives way to the link, and its children go where the link leads.
 */
public final class LayerBuilder {
    private final ImportLimits limits;
    private final List<Shipped> all = new ArrayList<>();
    /** Everything that a later entry may be a hard link to. */
    private final Map<String, Shipped> linkable = new HashMap<>();

    private final LinkResolver links = new LinkResolver();
    private final LayerTree tree;
    private long nameBytes;

    public LayerBuilder(ImportLimits limits) {
        this.limits = limits;
        this.tree = new LayerTree(limits);
    }

    /** @param object a file's object, in hex; otherwise empty */
    public void add(ArchiveEntry entry, String object) throws RefusedException {
        nameBytes += entry.name().length() + entry.link().length();
        if (all.size() >= limits.entries() || nameBytes > limits.nameBytes()) {
            throw new RefusedException(
                    Refusal.TOO_MANY_ENTRIES,
                    "more than " + limits.entries() + " entries, or names of more than " + limits.nameBytes()
                            + " bytes");
        }
        if (entry.name().isEmpty() && entry.type() != EntryType.DIRECTORY) {
            throw new RefusedException(Refusal.BAD_NAME, "an entry without a name that is no directory");
        }
        Shipped shipped =
                entry.type() == EntryType.HARD_LINK ? hardLink(entry) : new Shipped(entry.name(), entry, object);
        if (!shipped.isDirectory()) {
            linkable.put(entry.name(), shipped);
        }
        all.add(shipped);
    }

    private Shipped hardLink(ArchiveEntry entry) throws RefusedException {
        Shipped first = linkable.get(entry.link());
        if (first == null) {
            throw new RefusedException(
                    Refusal.BAD_HARD_LINK,
                    entry.name() + " is a hard link to " + entry.link() + ", which is no earlier file of the package");
        }
        return new Shipped(entry.name(), first.inode(), first.object());
    }

    /** The names as dpkg's {@code NAME.list} has them: as shipped, in their order, the root first. */
    public byte[] list() {
        Set<String> lines = new LinkedHashSet<>();
        lines.add("/.");
        for (Shipped shipped : all) {
            lines.add(shipped.name().isEmpty() ? "/." : "/" + shipped.name());
        }
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @param more entries that aren't in the archive */
    public Manifest finish(List<Shipped> more) throws RefusedException {
        all.addAll(more);
        placeLinks();
        for (Shipped shipped : all) {
            if (!shipped.isLink() && !shipped.name().isEmpty()) {
                place(shipped);
            }
        }
        return tree.manifest();
    }

    /** Before all else, as they decide where the rest goes; by depth, as a link may lie below another. */
    private void placeLinks() throws RefusedException {
        List<Shipped> found =
                new ArrayList<>(all.stream().filter(Shipped::isLink).toList());
        found.sort(Comparator.comparingLong(
                link -> link.name().chars().filter(c -> c == '/').count()));
        for (Shipped link : found) {
            String place = links.place(link.name());
            String target = link.inode().link();
            if (!MergedNames.isLinkToItself(link.name(), target)) {
                refuseMergedName(link);
                tree.put(place, link);
                links.addLink(place, target);
            }
        }
    }

    private void place(Shipped shipped) throws RefusedException {
        refuseMergedName(shipped);
        String place = links.place(shipped.name());
        if (shipped.isDirectory() && links.isLink(place)) {
            links.follow(place);
        } else {
            tree.put(place, shipped);
        }
    }

    private static void refuseMergedName(Shipped shipped) throws RefusedException {
        if (!shipped.isDirectory() && BaseLayer.mergedNames().contains(shipped.name())) {
            throw new RefusedException(
                    Refusal.DUPLICATE_ENTRY,
                    "/" + shipped.name() + " is a symbolic link to usr/" + shipped.name() + " in every root");
        }
    }
}
