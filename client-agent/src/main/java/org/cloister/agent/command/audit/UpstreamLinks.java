package org.cloister.agent.command.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cloister.agent.command.audit.SignedIndexes.Listed;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.archive.ArchiveKeys;
import org.cloister.events.archive.InReleaseSignature;
import org.cloister.events.archive.NotSignedException;
import org.jspecify.annotations.Nullable;

/** From a publication to what an upstream archive signed: synchronization, InRelease, its signature, the index, the artifact. */
final class UpstreamLinks {
    private final Bundle bundle;
    private final @Nullable String archiveKeys;
    private final Map<Position, Event> events;
    private final List<Link> links;
    private final PublisherLinks publishers;
    private final Map<Digest, Signed> signed = new HashMap<>();

    /**
     * @param archiveKeys armored; null: those of the mirrors' definitions
     * @param events whose inclusion is proved, by position
     * @param links gets what is found
     * @param publishers tells of what was uploaded
     */
    UpstreamLinks(
            Bundle bundle,
            @Nullable String archiveKeys,
            Map<Position, Event> events,
            List<Link> links,
            PublisherLinks publishers) {
        this.publishers = publishers;
        this.bundle = bundle;
        this.archiveKeys = archiveKeys;
        this.events = events;
        this.links = links;
    }

    /** An InRelease file that was checked: what its indexes list, or why it can't be believed. */
    private record Signed(Set<Listed> listed, boolean hasIndexes, boolean believed) {
        static final Signed NOT = new Signed(Set.of(), false, false);
    }

    void check(Map<Position, PackagePublished> published) {
        Map<MirrorName, Integer> proved = new TreeMap<>();
        Map<Position, PackagePublished> uploads = new TreeMap<>();
        published.forEach((position, one) -> {
            MirrorName mirror = one.mirror();
            if (mirror == null) {
                uploads.put(position, one);
            } else if (isProved(position, one, mirror)) {
                proved.merge(mirror, 1, Integer::sum);
            }
        });
        proved.forEach((mirror, count) -> links.add(
                Link.proved("upstream " + mirror, count + " artifacts stand in indexes that the archive signed.")));
        Set<String> unsigned = publishers.check(uploads);
        if (!unsigned.isEmpty()) {
            links.add(Link.notCovered(
                    "upstream",
                    "Uploaded here without a publisher's signature, so nobody signed it: " + String.join(", ", unsigned)
                            + "."));
        }
    }

    private boolean isProved(Position position, PackagePublished one, MirrorName mirror) {
        String name = "upstream " + one.id();
        MirrorSynchronized sync = null;
        Position at = Position.NONE;
        MirrorDefined definition = null;
        for (Map.Entry<Position, Event> entry : events.entrySet()) {
            if (entry.getValue() instanceof MirrorSynchronized candidate
                    && sync == null
                    && candidate.name().equals(mirror)
                    && entry.getKey().isAfter(position)
                    && candidate.published().contains(one.id())) {
                sync = candidate;
                at = entry.getKey();
            }
        }
        for (Map.Entry<Position, Event> entry : events.entrySet()) {
            if (entry.getValue() instanceof MirrorDefined candidate
                    && candidate.name().equals(mirror)
                    && at.isAfter(entry.getKey())) {
                definition = candidate;
            }
        }
        if (sync == null || definition == null) {
            links.add(Link.notCovered(
                    name, "The synchronization of " + mirror + " that brought it is not in the bundle."));
            return false;
        }
        Signed release = signed(sync.inRelease(), mirror, definition);
        if (!release.believed()) {
            return false;
        }
        if (!release.hasIndexes()) {
            links.add(Link.notCovered(name, "The signed file is here, but not the index that it names."));
            return false;
        }
        if (!release.listed().contains(new Listed(one.id(), one.artifact()))) {
            links.add(Link.failed(name, "No index in the bundle that the archive signed lists this artifact."));
            return false;
        }
        return true;
    }

    private Signed signed(Digest inRelease, MirrorName mirror, MirrorDefined definition) {
        Signed known = signed.get(inRelease);
        if (known == null) {
            known = read(inRelease, mirror, definition);
            signed.put(inRelease, known);
        }
        return known;
    }

    private Signed read(Digest inRelease, MirrorName mirror, MirrorDefined definition) {
        String name = "signature " + mirror;
        byte[] file = bundle.files().get(inRelease);
        if (file == null) {
            links.add(Link.notCovered(name, "InRelease (" + inRelease + ") is not in the bundle."));
            return Signed.NOT;
        }
        if (!Digest.of(file).equals(inRelease)) {
            links.add(Link.failed(name, "InRelease is not the one of which the log has the digest."));
            return Signed.NOT;
        }
        byte[] text;
        try {
            String keys = archiveKeys == null ? definition.signedBy() : archiveKeys;
            text = new InReleaseSignature(ArchiveKeys.parse(keys)).verify(file);
        } catch (NotSignedException e) {
            links.add(Link.failed(name, e.getMessage() + "."));
            return Signed.NOT;
        }
        links.add(Link.proved(
                name,
                definition.suite() + " of " + definition.url() + " is signed by a key "
                        + (archiveKeys == null ? "of the mirror's definition." : "that was given.")));
        return indexes(text, name);
    }

    private Signed indexes(byte[] release, String name) {
        Set<Listed> listed = new HashSet<>();
        List<String> found = new ArrayList<>();
        SignedIndexes.named(release).forEach((path, digest) -> {
            byte[] index = bundle.files().get(digest);
            if (index == null) {
                return;
            }
            if (!Digest.of(index).equals(digest)) {
                links.add(Link.failed(name, path + " is not the one that the archive signed."));
                return;
            }
            try {
                listed.addAll(SignedIndexes.listed(path, index));
                found.add(path);
            } catch (IOException e) {
                links.add(Link.failed(name, path + " can't be expanded: " + e.getMessage() + "."));
            }
        });
        return new Signed(listed, !found.isEmpty(), true);
    }
}
