package org.cloister.repo.deb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.repo.artifact.ArchiveEntry;
import org.cloister.repo.artifact.Compression;
import org.cloister.repo.artifact.ExpandingStream;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.LayerBuilder;
import org.cloister.repo.artifact.PackageFormat;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.cloister.repo.artifact.Shipped;
import org.cloister.repo.artifact.SourceFile;
import org.cloister.repo.pool.PoolUse;
import org.cloister.repo.pool.Staging;

/**
 * Imports Debian packages (deb(5)). Thread-safe; each import blocks its thread.
 */
public final class DebImporter implements PackageFormat {
    private static final String MAGIC = "!<arch>\n";
    private static final int MAX_FORMAT = 64;
    /** deb(5) allows further members after data.tar; signatures are such. */
    private static final int MAX_MEMBERS = 16;

    private final ImportLimits limits;

    public DebImporter() {
        this(ImportLimits.defaults());
    }

    public DebImporter(ImportLimits limits) {
        this.limits = limits;
    }

    @Override
    public boolean begins(byte[] first) {
        return new String(first, StandardCharsets.ISO_8859_1).startsWith(MAGIC);
    }

    @Override
    public String description() {
        return "a Debian package";
    }

    @Override
    public ImportResult importFile(Path spooled, Optional<Digest> expected, PoolUse use) throws IOException {
        try (SourceFile source = new SourceFile(spooled);
                Staging staging = use.stage()) {
            ArReader ar = new ArReader(source);
            checkFormat(ar);
            ControlArchive control = readControl(ar, source, staging);
            LayerBuilder builder = readData(ar, source, staging);
            skipFurther(ar);
            Digest artifact = source.finish();
            checkDigest(artifact, expected);
            Manifest layer = finish(builder, control, staging);
            staging.publish(layer, artifact, spooled);
            return new ImportResult.Imported(control.id(), artifact, source.position(), layer.id(), control.text());
        } catch (RefusedException e) {
            return new ImportResult.Refused(e.rule(), e.detail());
        }
    }

    private static void checkFormat(ArReader ar) throws IOException {
        String name = ar.next();
        String version = "debian-binary".equals(name)
                ? new String(ar.member().readNBytes(MAX_FORMAT), StandardCharsets.ISO_8859_1)
                : "";
        if (!version.startsWith("2.")) {
            throw new RefusedException(Refusal.UNKNOWN_FORMAT, "the first member isn't debian-binary with version 2.x");
        }
    }

    private ControlArchive readControl(ArReader ar, SourceFile source, Staging staging) throws IOException {
        String member = nextNamed(ar, "control.tar");
        ExpandingStream.Limit limit = new ExpandingStream.Limit(
                limits.controlArchiveBytes(), Refusal.CONTROL_TOO_LARGE, limits.ratio(), limits.freeBytes());
        try (ExpandingStream expanded = expand(ar, source, member, "control.tar", limit)) {
            return ControlArchive.read(expanded, staging, limits);
        }
    }

    private LayerBuilder readData(ArReader ar, SourceFile source, Staging staging) throws IOException {
        String member = nextNamed(ar, "data.tar");
        ExpandingStream.Limit limit = new ExpandingStream.Limit(
                limits.expandedBytes(), Refusal.EXPANDS_TOO_FAR, limits.ratio(), limits.freeBytes());
        LayerBuilder builder = new LayerBuilder(limits);
        try (ExpandingStream expanded = expand(ar, source, member, "data.tar", limit)) {
            TarReader tar = new TarReader(expanded);
            for (ArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
                boolean file = entry.type() == EntryType.FILE;
                builder.add(entry, file ? staging.add(tar.content()).digest().hex() : "");
            }
            expanded.drain();
        }
        return builder;
    }

    private static ExpandingStream expand(
            ArReader ar, SourceFile source, String member, String base, ExpandingStream.Limit limit)
            throws IOException {
        return new ExpandingStream(source, ar.member(), Compression.of(member, base), member, limit);
    }

    /** The next member of which deb(5) says that it counts: names with an underscore in front are others' affairs. */
    private static String nextNamed(ArReader ar, String base) throws IOException {
        for (int i = 0; i < MAX_MEMBERS; i++) {
            String name = ar.next();
            if (name == null) {
                throw new RefusedException(Refusal.WRONG_MEMBERS, "the archive has no " + base);
            }
            if (name.startsWith(base)) {
                return name;
            }
            if (!name.startsWith("_")) {
                throw new RefusedException(Refusal.WRONG_MEMBERS, name + " stands where " + base + " is expected");
            }
        }
        throw new RefusedException(Refusal.WRONG_MEMBERS, "more than " + MAX_MEMBERS + " members");
    }

    private static void skipFurther(ArReader ar) throws IOException {
        String name = ar.next();
        for (int i = 0; name != null; i++) {
            if (i == MAX_MEMBERS || name.startsWith("data.tar") || name.startsWith("control.tar")) {
                throw new RefusedException(Refusal.WRONG_MEMBERS, "too many members, or twice: " + name);
            }
            name = ar.next();
        }
    }

    private static void checkDigest(Digest artifact, Optional<Digest> expected) throws RefusedException {
        if (expected.isPresent() && !expected.get().equals(artifact)) {
            throw new RefusedException(Refusal.DIGEST_MISMATCH, "the file is " + artifact + ", not " + expected.get());
        }
    }

    private static Manifest finish(LayerBuilder builder, ControlArchive control, Staging staging) throws IOException {
        byte[] list = builder.list();
        String object = staging.add(new ByteArrayInputStream(list)).digest().hex();
        List<Shipped> members = new ArrayList<>(control.members());
        members.add(control.generated("list", list.length, object));
        return builder.finish(members);
    }
}
