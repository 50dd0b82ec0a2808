package org.cloister.repo.apt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.repo.decide.DistributionSnapshot;

/**
 * Publications that were made, so that a restarted repository serves them at once: for each a file of words that names its Release
 * files by digest. One that isn't whole, isn't of this log's past or is signed by another key isn't found.
 */
final class PublicationStore {
    private static final String FORM = "cloister-publication 1";
    private static final int LINES = 6;

    private final Path directory;
    private final IndexFiles files;
    private final String fingerprint;

    PublicationStore(Path directory, IndexFiles files, SigningKey key) {
        this.directory = directory;
        this.files = files;
        this.fingerprint = key.fingerprint();
    }

    /** Durable on return. */
    void save(Publication publication) throws IOException {
        String text = FORM + "\n" + publication.recordedAt() + "\n" + fingerprint + "\n" + put(publication.release())
                + put(publication.inRelease()) + put(publication.signature());
        Path file = file(publication);
        Path parent = Files.createDirectories(file.resolveSibling("."));
        Path partial = Files.createTempFile(parent, publication.position() + "-", ".partial");
        Files.writeString(partial, text);
        IndexFiles.force(partial);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        IndexFiles.force(parent);
    }

    /** Where the words of a publication are. */
    Path file(Publication publication) {
        return file(publication.name(), publication.position());
    }

    private Path file(DistributionName name, Position position) {
        return directory.resolve(name.text()).resolve(position.toString());
    }

    /** From now on the publication is one of the past. */
    void ended(Publication publication, Instant now) throws IOException {
        Path file = file(publication);
        if (Files.exists(file)) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
    }

    /** What a file of words names, and what its Release names; nothing if it isn't whole. */
    Set<Digest> named(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Set<Digest> named = new HashSet<>();
        if (lines.size() == LINES && lines.get(0).equals(FORM)) {
            lines.subList(3, LINES).forEach(hex -> named.add(new Digest(hex)));
            content(lines.get(3))
                    .ifPresent(release -> listed(release).values().forEach(each -> named.add(each.digest())));
        }
        return named;
    }

    private String put(byte[] content) throws IOException {
        return files.put(content).digest().hex() + "\n";
    }

    Optional<Publication> load(DistributionSnapshot snapshot) throws IOException {
        Path file = file(snapshot.definition().name(), snapshot.at().position());
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (lines.size() != LINES
                || !lines.get(0).equals(FORM)
                || !lines.get(1).equals(snapshot.at().at().toString())
                || !lines.get(2).equals(fingerprint)) {
            return Optional.empty();
        }
        Optional<byte[]> release = content(lines.get(3));
        Optional<byte[]> inRelease = content(lines.get(4));
        Optional<byte[]> signature = content(lines.get(5));
        if (release.isEmpty() || inRelease.isEmpty() || signature.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, Publication.File> listed = listed(release.get());
        boolean whole = listed.entrySet().stream()
                .allMatch(each -> each.getKey().endsWith("/Packages")
                        || files.find(each.getValue().digest()).isPresent());
        return whole
                ? Optional.of(new Publication(
                        snapshot.definition().name(),
                        snapshot.at().position(),
                        snapshot.at().at(),
                        snapshot.date(),
                        listed,
                        release.get(),
                        inRelease.get(),
                        signature.get()))
                : Optional.empty();
    }

    private Optional<byte[]> content(String hex) throws IOException {
        Digest digest = new Digest(hex);
        Optional<IndexFiles.Stored> stored = files.find(digest);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(stored.get().path());
        return Digest.of(bytes).equals(digest) ? Optional.of(bytes) : Optional.empty();
    }

    private static SortedMap<String, Publication.File> listed(byte[] release) {
        SortedMap<String, Publication.File> listed = new TreeMap<>();
        new String(release, StandardCharsets.UTF_8)
                .lines()
                .dropWhile(line -> !line.equals("SHA256:"))
                .skip(1)
                .map(line -> line.strip().split(" "))
                .forEach(parts ->
                        listed.put(parts[2], new Publication.File(new Digest(parts[0]), Long.parseLong(parts[1]))));
        return listed;
    }
}
