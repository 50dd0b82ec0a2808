package org.cloister.repo.rpm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
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
import org.jspecify.annotations.Nullable;

/**
 * Imports RPM packages: lead, signature header, header and a compressed cpio archive. The digests of header, payload and files are checked
 * where they are SHA-256, as rpm 4.14 and later write them; signatures are not, as those of uploaded Debian packages aren't. What scriptlets
 * there are becomes files of the layer below {@code var/lib/cloister/rpm/NAME}. Thread-safe; each import blocks its thread.
 */
public final class RpmImporter implements PackageFormat {
    private static final byte[] MAGIC = {(byte) 0xed, (byte) 0xab, (byte) 0xee, (byte) 0xdb};
    private static final int LEAD = 96;
    private static final int SIGNATURE_ALIGNMENT = 8;

    /** Signatures, digests and room for them; rpm's own limit is 64 MiB. */
    private static final int MAX_SIGNATURE = 1024 * 1024;

    /** The largest real ones (30,000 files with digests) have some 8 MiB; it is held in memory. */
    private static final int MAX_HEADER = 32 * 1024 * 1024;

    private static final String PLACE = "var/lib/cloister/rpm/";
    private static final long SHA256 = 8;

    private final ImportLimits limits;

    public RpmImporter() {
        this(ImportLimits.defaults());
    }

    public RpmImporter(ImportLimits limits) {
        this.limits = limits;
    }

    @Override
    public boolean begins(byte[] first) {
        return first.length >= MAGIC.length && java.util.Arrays.equals(first, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    @Override
    public String description() {
        return "an RPM package";
    }

    @Override
    public ImportResult importFile(Path spooled, Optional<Digest> expected, PoolUse use) throws IOException {
        try (SourceFile source = new SourceFile(spooled);
                Staging staging = use.stage()) {
            readLead(source);
            RpmHeader signature = readSignature(source);
            RpmHeader header = RpmHeader.read(source, MAX_HEADER);
            checkHeader(signature, header);
            List<RpmFile> files = RpmFiles.of(header, limits);
            RpmScriptlets scriptlets = RpmScriptlets.of(header);
            RpmControl control = RpmControl.of(header, files, scriptlets, limits);
            LayerBuilder builder = new LayerBuilder(limits);
            readPayload(source, header, files, builder, staging);
            Digest artifact = source.finish();
            if (expected.isPresent() && !expected.get().equals(artifact)) {
                throw new RefusedException(
                        Refusal.DIGEST_MISMATCH, "the file is " + artifact + ", not " + expected.get());
            }
            Manifest layer = builder.finish(own(header, control, files, scriptlets, staging));
            staging.publish(layer, artifact, spooled);
            return new ImportResult.Imported(control.id(), artifact, source.position(), layer.id(), control.text());
        } catch (RefusedException e) {
            return new ImportResult.Refused(e.rule(), e.detail());
        }
    }

    private void readLead(SourceFile source) throws IOException {
        byte[] lead = source.readNBytes(LEAD);
        if (lead.length < LEAD) {
            throw new RefusedException(Refusal.TRUNCATED, "the file ends within its lead");
        }
        if (!begins(lead)) {
            throw new RefusedException(Refusal.NOT_AN_ARCHIVE, "the file doesn't begin as an RPM package");
        }
        if (lead[4] != 3 && lead[4] != 4) {
            throw new RefusedException(Refusal.UNKNOWN_FORMAT, "an RPM file of version " + lead[4] + ", not 3 or 4");
        }
        if (lead[6] != 0 || lead[7] != 0) {
            throw sourcePackage();
        }
    }

    private static RefusedException sourcePackage() {
        return new RefusedException(Refusal.UNKNOWN_FORMAT, "a source package, which nothing can be installed from");
    }

    private static RpmHeader readSignature(SourceFile source) throws IOException {
        RpmHeader signature = RpmHeader.read(source, MAX_SIGNATURE);
        int padding = (SIGNATURE_ALIGNMENT - signature.length() % SIGNATURE_ALIGNMENT) % SIGNATURE_ALIGNMENT;
        if (source.readNBytes(padding).length < padding) {
            throw new RefusedException(Refusal.TRUNCATED, "the file ends after its signatures");
        }
        return signature;
    }

    private static void checkHeader(RpmHeader signature, RpmHeader header) throws RefusedException {
        String stated = signature.text(RpmTag.SIGNATURE_SHA256);
        if (stated != null && !stated.equals(header.sha256())) {
            throw new RefusedException(Refusal.DIGEST_MISMATCH, "the header isn't what its digest says");
        }
        if (header.has(RpmTag.SOURCE_PACKAGE)) {
            throw sourcePackage();
        }
        String format = header.text(RpmTag.PAYLOAD_FORMAT);
        if (format != null && !format.equals("cpio")) {
            throw new RefusedException(Refusal.UNKNOWN_FORMAT, "its payload is no cpio archive");
        }
        String system = header.text(RpmTag.OS);
        if (system != null && !system.equalsIgnoreCase("linux")) {
            throw new RefusedException(Refusal.BAD_CONTROL, "a package for another system than Linux");
        }
    }

    private void readPayload(
            SourceFile source, RpmHeader header, List<RpmFile> files, LayerBuilder builder, Staging staging)
            throws IOException {
        ExpandingStream.Limit limit = new ExpandingStream.Limit(
                limits.expandedBytes(), Refusal.EXPANDS_TOO_FAR, limits.ratio(), limits.freeBytes());
        MessageDigest hash = Digest.sha256();
        InputStream hashed = new DigestInputStream(source, hash) {
            /** The file isn't at its end when its payload is. */
            @Override
            public void close() {}
        };
        RpmPayload payload = new RpmPayload(files, builder, staging);
        try (ExpandingStream expanded =
                new ExpandingStream(source, hashed, compression(header), "the payload", limit)) {
            payload.read(new CpioReader(expanded, payload::size));
            expanded.drain();
            hashed.transferTo(java.io.OutputStream.nullOutputStream());
        }
        String stated = header.text(RpmTag.PAYLOAD_DIGEST);
        if (stated != null
                && header.number(RpmTag.PAYLOAD_DIGEST_ALGORITHM, 0) == SHA256
                && !stated.equals(HexFormat.of().formatHex(hash.digest()))) {
            throw new RefusedException(Refusal.DIGEST_MISMATCH, "the payload isn't what the header's digest says");
        }
    }

    private static Compression compression(RpmHeader header) throws RefusedException {
        @Nullable String name = header.text(RpmTag.PAYLOAD_COMPRESSOR);
        return switch (name == null ? "gzip" : name) {
            case "gzip" -> Compression.GZIP;
            case "bzip2" -> Compression.BZIP2;
            case "xz" -> Compression.XZ;
            case "zstd" -> Compression.ZSTD;
            case "none" -> Compression.NONE;
            default ->
                throw new RefusedException(
                        Refusal.UNKNOWN_COMPRESSION, "the payload's compression isn't gzip, xz, zstd, bzip2 or none");
        };
    }

    /** The files that the agent configures the package by. */
    private static List<Shipped> own(
            RpmHeader header, RpmControl control, List<RpmFile> files, RpmScriptlets scriptlets, Staging staging)
            throws IOException {
        FileTime built = new FileTime(header.number(RpmTag.BUILD_TIME, 0), 0);
        String prefix = PLACE + control.id().name().plain() + "/";
        List<Shipped> own = new ArrayList<>();
        for (Map.Entry<String, String> file : scriptlets.files().entrySet()) {
            own.add(generated(prefix + file.getKey(), file.getValue(), built, staging));
        }
        String owners = Owners.script(files);
        if (!owners.isEmpty()) {
            own.add(generated(prefix + "owners", owners, built, staging));
        }
        return own;
    }

    private static Shipped generated(String path, String text, FileTime built, Staging staging) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String object = staging.add(new ByteArrayInputStream(bytes)).digest().hex();
        ArchiveEntry entry = new ArchiveEntry(EntryType.FILE, path, "", 0755, 0, 0, built, bytes.length, Map.of());
        return new Shipped(path, entry, object);
    }
}
