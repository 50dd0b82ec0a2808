package org.cloister.repo.mirror;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.control.Paragraphs;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.upstream.ArchiveKeys;
import org.cloister.repo.upstream.Arrivals;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.Release;
import org.cloister.repo.upstream.Release.FileEntry;
import org.cloister.repo.upstream.UpstreamArchive;
import org.cloister.repo.upstream.UpstreamArchive.Verified;

/** One mirror's suite as its archive describes it now, verified. The indexes aren't read yet. */
record UpstreamSuite(MirrorDefined definition, UpstreamArchive archive, Verified verified, Set<FileEntry> indexes) {
    /** Debian has 70,000 in a suite. */
    private static final int MAX_PACKAGES = 500_000;

    static UpstreamSuite open(SyncSource source, Fetcher fetcher, Path cache, Instant now) throws IOException {
        MirrorDefined definition = source.definition();
        UpstreamArchive archive = new UpstreamArchive(
                URI.create(definition.url()),
                definition.suite(),
                ArchiveKeys.parse(definition.signedBy()),
                fetcher,
                cache);
        Verified verified = archive.release(now, source.lastDate());
        return new UpstreamSuite(definition, archive, verified, indexes(definition, verified.release()));
    }

    MirrorName name() {
        return definition.name();
    }

    /** Fetches the indexes that aren't here, and adds what they list. */
    void read(List<Candidate> candidates, Arrivals arrivals) throws IOException {
        for (FileEntry index : indexes) {
            try (InputStream packages = archive.open(verified.release(), index, arrivals)) {
                read(packages, archive, name(), candidates);
            } catch (ControlSyntaxException e) {
                throw new SyncFailedException(
                        "malformed-index", index.path() + ": " + e.getMessage(), "tell the mirror's operator");
            }
        }
    }

    private static Set<FileEntry> indexes(MirrorDefined definition, Release release) throws SyncFailedException {
        Set<FileEntry> indexes = new LinkedHashSet<>();
        for (String component : definition.components()) {
            for (String architecture : definition.architectures()) {
                UpstreamArchive.packagesIndex(release, component, architecture).ifPresent(indexes::add);
            }
            if (release.allApart()) {
                UpstreamArchive.packagesIndex(release, component, "all").ifPresent(indexes::add);
            }
        }
        if (indexes.isEmpty()) {
            throw new SyncFailedException(
                    "no-index",
                    definition.suite() + " has no packages in " + definition.components() + " for "
                            + definition.architectures(),
                    "define the mirror with components and architectures that the suite has");
        }
        return indexes;
    }

    private static void read(
            InputStream packages, UpstreamArchive archive, MirrorName mirror, List<Candidate> candidates)
            throws IOException {
        try (Paragraphs paragraphs = Paragraphs.of(packages, ControlLimits.PACKAGE)) {
            for (Paragraph stanza = paragraphs.next(); stanza != null; stanza = paragraphs.next()) {
                candidates.add(Candidate.read(stanza, new Place(archive, mirror, stanza)));
                if (candidates.size() > MAX_PACKAGES) {
                    throw new ControlSyntaxException(stanza.line(), "more than " + MAX_PACKAGES + " packages");
                }
            }
        }
    }

    /** Where a candidate's file is; read only of the few that are chosen. */
    private record Place(UpstreamArchive archive, MirrorName mirror, String filename, String size, String sha256) {
        Place(UpstreamArchive archive, MirrorName mirror, Paragraph stanza) throws ControlSyntaxException {
            this(archive, mirror, stanza.require("Filename"), stanza.require("Size"), stanza.require("SHA256"));
        }
    }

    /** The file of a candidate that {@link #read} made. */
    static UpstreamPackage packageOf(Candidate candidate) throws IOException {
        Place place = (Place) candidate.key();
        try {
            return new UpstreamPackage(
                    candidate.id(),
                    place.mirror(),
                    place.archive().pool(place.filename()),
                    new Digest(place.sha256()),
                    Long.parseLong(place.size()));
        } catch (IllegalArgumentException e) {
            throw new SyncFailedException(
                    "malformed-index",
                    "the index's stanza of " + candidate.id() + " is malformed: " + e.getMessage(),
                    "tell the mirror's operator");
        }
    }
}
