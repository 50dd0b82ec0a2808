package org.cloister.repo.deb;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Packages made to measure, through another library than the one under test. */
public final class SampleDeb {
    static final long BUILT = 1_700_000_000L;

    private String control = "Package: sample\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: A <a@example.org>\n";
    private final Tar controlTar = new Tar();
    private final Tar data = new Tar();
    private String controlSuffix = ".xz";
    private String dataSuffix = ".xz";
    private String format = "2.0\n";

    public SampleDeb control(String text) {
        control = text;
        return this;
    }

    public SampleDeb format(String text) {
        format = text;
        return this;
    }

    public SampleDeb compressed(String forControl, String forData) {
        controlSuffix = forControl;
        dataSuffix = forData;
        return this;
    }

    Tar controlTar() {
        return controlTar;
    }

    Tar data() {
        return data;
    }

    public SampleDeb file(String name, String content) {
        data.file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public SampleDeb binary(String name, byte[] content) {
        data.file(name, 0644, content);
        return this;
    }

    public SampleDeb directory(String name) {
        data.entry(name.endsWith("/") ? name : name + "/", TarConstants.LF_DIR, "", 0755);
        return this;
    }

    public SampleDeb symlink(String name, String target) {
        data.entry(name, TarConstants.LF_SYMLINK, target, 0777);
        return this;
    }

    public SampleDeb hardLink(String name, String target) {
        data.entry(name, TarConstants.LF_LINK, target, 0644);
        return this;
    }

    public byte[] bytes() {
        controlTar.file("./control", 0644, control.getBytes(StandardCharsets.UTF_8));
        return ar(
                "debian-binary",
                format.getBytes(StandardCharsets.US_ASCII),
                "control.tar" + controlSuffix,
                compress(controlTar.bytes(), controlSuffix),
                "data.tar" + dataSuffix,
                compress(data.bytes(), dataSuffix));
    }

    /** @param members alternately a name and its content */
    static byte[] ar(Object... members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
            for (int i = 0; i < members.length; i += 2) {
                byte[] content = (byte[]) members[i + 1];
                ar.putArchiveEntry(new ArArchiveEntry((String) members[i], content.length, 0, 0, 0100644, BUILT));
                ar.write(content);
                ar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static byte[] compress(byte[] content, String suffix) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream compressed = compressor(out, suffix)) {
            compressed.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static OutputStream compressor(OutputStream out, String suffix) throws IOException {
        return switch (suffix) {
            case ".gz" -> new GZIPOutputStream(out);
            case ".xz" -> new XZOutputStream(out, new LZMA2Options(1));
            case ".zst" -> new ZstdOutputStream(out).setChecksum(true);
            case ".bz2" -> new BZip2CompressorOutputStream(out);
            default -> out;
        };
    }

    /** A tar archive in the making. */
    static final class Tar {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");

        Tar() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        }

        Tar file(String name, int mode, byte[] content) {
            TarArchiveEntry entry = header(name, TarConstants.LF_NORMAL, "", mode);
            entry.setSize(content.length);
            return add(entry, content);
        }

        Tar entry(String name, byte type, String link, int mode) {
            return add(header(name, type, link, mode), new byte[0]);
        }

        Tar posix() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            return this;
        }

        Tar add(TarArchiveEntry entry, byte[] content) {
            try {
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        static TarArchiveEntry header(String name, byte type, String link, int mode) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setMode(mode);
            entry.setIds(0, 0);
            entry.setNames("root", "root");
            entry.setModTime(BUILT * 1000);
            entry.setLinkName(link);
            return entry;
        }

        byte[] bytes() {
            try {
                tar.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return out.toByteArray();
        }
    }
}
