package org.cloister.repo.deb;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.pool.DirectoryPool;

/** In a JVM of its own: makes a large package of random bytes and imports it. */
public final class LargeImport {
    private static final int PIECE = 1 << 20;
    private static final int TAR_BLOCKING = 10_240;

    private LargeImport() {}

    /** @param arguments the pool's directory, and the bytes of the one large file */
    public static void main(String[] arguments) throws IOException {
        long size = Long.parseLong(arguments[1]);
        try (DirectoryPool pool = DirectoryPool.open(Path.of(arguments[0]), InstantSource.system())) {
            Path spooled = pool.newSpoolFile();
            write(spooled, size);
            long start = System.nanoTime();
            ImportResult result = new DebImporter().importFile(spooled, Optional.empty(), pool.use());
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!(result instanceof ImportResult.Imported)) {
                throw new IllegalStateException(result.toString());
            }
            Files.delete(spooled);
            System.out.printf(
                    "%.2f GiB imported in %.1f s, heap limit %d MiB%n",
                    size / (double) (1 << 30), seconds, Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    /** A package that is called large, with one file of {@code size} random bytes. */
    public static void write(Path file, long size) throws IOException {
        byte[] control = new SampleDeb.Tar()
                .file(
                        "./control",
                        0644,
                        "Package: large\nVersion: 1\nArchitecture: all\n".getBytes(StandardCharsets.US_ASCII))
                .bytes();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), PIECE)) {
            out.write("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
            header(out, "debian-binary", 4);
            out.write("2.0\n".getBytes(StandardCharsets.US_ASCII));
            header(out, "control.tar", control.length);
            out.write(control);
            long tar = 512 + size + 1024;
            header(out, "data.tar", (tar + TAR_BLOCKING - 1) / TAR_BLOCKING * TAR_BLOCKING);
            data(out, size);
        }
    }

    private static void header(OutputStream out, String name, long size) throws IOException {
        String header = String.format("%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, 0, 0, 0, "100644", size);
        out.write(header.getBytes(StandardCharsets.US_ASCII));
    }

    @SuppressWarnings("resource") // closing it would close the package's file
    private static void data(OutputStream out, long size) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, TAR_BLOCKING);
        TarArchiveEntry entry = SampleDeb.Tar.header("./usr/share/large", TarConstants.LF_NORMAL, "", 0644);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        byte[] piece = new byte[PIECE];
        Random random = new Random(1);
        for (long written = 0; written < size; written += PIECE) {
            random.nextBytes(piece);
            tar.write(piece);
        }
        tar.closeArchiveEntry();
        tar.finish();
        tar.flush();
    }
}
