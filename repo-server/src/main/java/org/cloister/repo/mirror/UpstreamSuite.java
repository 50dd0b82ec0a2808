package org.cloister.repo.mirror;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.control.Paragraphs;
import org.cloister.repo.listing.ListingDifference;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.upstream.ArchiveKeys;
import org.cloister.repo.upstream.Arrivals;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.Release;
import org.cloister.repo.upstream.UpstreamArchive;
import org.cloister.repo.upstream.UpstreamArchive.Verified;

/** One mirror's suite as its archive describes it now, verified. The indexes aren't read yet. */
record UpstreamSuite(MirrorDefined definition, UpstreamArchive archive, Verified verified, List<SuiteIndex> indexes) {
    /** Debian has 70,000 in a suite. */
    private static final int MAX_PACKAGES = 500_000;

    private static final Architecture ALL = new Architecture("all");

    /** @param directory for what is kept of archives */
    static UpstreamSuite open(SyncSource source, Fetcher fetcher, Path directory, Instant now) throws IOException {
        MirrorDefined definition = source.definition();
        UpstreamArchive archive = new UpstreamArchive(
                URI.create(definition.url()),
                definition.suite(),
                ArchiveKeys.parse(definition.signedBy()),
                fetcher,
                directory);
        Integer days = definition.maxAgeDays();
        Optional<Duration> maxAge = days == null ? Optional.empty() : Optional.of(Duration.ofDays(days));
        Verified verified = archive.release(now, source.lastDate(), maxAge);
        return new UpstreamSuite(definition, archive, verified, indexes(definition, verified.release()));
    }

    /** What an event names is in the pool before: the signed file is the evidence of all that the indexes say. */
    void keepRelease(Pool pool) throws IOException {
        if (pool.object(verified.inRelease()).isEmpty()) {
            pool.putObject(verified.inRelease(), new ByteArrayInputStream(verified.signed()));
        }
    }

    MirrorName name() {
        return definition.name();
    }

    /** Fetches the indexes that aren't here, and adds what they list. */
    void read(List<Candidate> candidates, Arrivals arrivals) throws IOException {
        for (SuiteIndex index : indexes) {
            read(index, arrivals, stanza -> {
                candidates.add(Candidate.read(stanza, new Place(archive, name(), stanza)));
                if (candidates.size() > MAX_PACKAGES) {
                    throw new ControlSyntaxException(stanza.line(), "more than " + MAX_PACKAGES + " packages");
                }
            });
        }
    }

    /** Fetches the indexes that aren't here, and compares what they list with what the mirror listed before. */
    void compare(ListingDifference difference, Arrivals arrivals) throws IOException {
        Set<String> components = new LinkedHashSet<>();
        indexes.forEach(index -> components.add(index.component()));
        for (String component : components) {
            SharedStanzas shared = new SharedStanzas(component);
            for (SuiteIndex index : indexes) {
                if (index.component().equals(component)) {
                    read(index, arrivals, stanza -> list(index, stanza, shared, difference));
                }
            }
            shared.end(difference);
        }
    }

    /** What several indexes can have waits until all were read. */
    private void list(SuiteIndex index, Paragraph stanza, SharedStanzas shared, ListingDifference difference)
            throws ControlSyntaxException {
        try {
            PackagesListed.Entry entry = new PackagesListed.Entry(
                    PackageId.of(stanza.require("Package"), stanza.require("Version"), stanza.require("Architecture")),
                    new Digest(stanza.require("SHA256")),
                    Long.parseLong(stanza.require("Size")),
                    stanza.require("Filename"));
            if (entry.id().architecture().equals(ALL)
                    && definition.architectures().size() > 1) {
                shared.add(index.architectures(), entry, stanza.text());
            } else {
                difference.add(index.component(), index.architectures(), entry, stanza.text());
            }
        } catch (IllegalArgumentException e) {
            throw new ControlSyntaxException(stanza.line(), String.valueOf(e.getMessage()));
        }
    }

    /** Takes a stanza of an index. */
    private interface StanzaReader {
        void read(Paragraph stanza) throws IOException;
    }

    private void read(SuiteIndex index, Arrivals arrivals, StanzaReader reader) throws IOException {
        try (InputStream packages = archive.open(verified.release(), index.file(), arrivals);
                Paragraphs paragraphs = Paragraphs.of(packages, ControlLimits.PACKAGE)) {
            for (Paragraph stanza = paragraphs.next(); stanza != null; stanza = paragraphs.next()) {
                reader.read(stanza);
            }
        } catch (ControlSyntaxException e) {
            throw new SyncFailedException(
                    "malformed-index", index.file().path() + ": " + e.getMessage(), "tell the mirror's operator");
        }
    }

    private static List<SuiteIndex> indexes(MirrorDefined definition, Release release) throws SyncFailedException {
        List<Architecture> architectures = definition.architectures().stream()
                .distinct()
                .map(Architecture::new)
                .toList();
        List<SuiteIndex> indexes = new ArrayList<>();
        for (String component : new LinkedHashSet<>(definition.components())) {
            for (Architecture architecture : architectures) {
                UpstreamArchive.packagesIndex(release, component, architecture.text())
                        .ifPresent(file -> indexes.add(new SuiteIndex(component, List.of(architecture), file)));
            }
            if (release.allApart()) {
                UpstreamArchive.packagesIndex(release, component, ALL.text())
                        .ifPresent(file -> indexes.add(new SuiteIndex(component, architectures, file)));
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
