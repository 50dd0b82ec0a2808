package org.cloister.repo.artifact;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a member is compressed; deb(5) lists these by the member's suffix. */
public enum Compression {
    NONE(""),
    GZIP(".gz"),
    XZ(".xz"),
    ZSTD(".zst"),
    BZIP2(".bz2");

    /** Enough for the 64 MiB dictionary of {@code xz -9}. In KiB. */
    private static final int XZ_MEMORY = 100 * 1024;

    /** 128 MiB, the default limit of the zstd command. */
    private static final int ZSTD_WINDOW_LOG = 27;

    private static final int BUFFER = 32 * 1024;

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /** @param base {@code control.tar} or {@code data.tar} */
    public static Compression of(String member, String base) throws RefusedException {
        for (Compression compression : values()) {
            if (member.equals(base + compression.suffix)) {
                return compression;
            }
        }
        throw new RefusedException(Refusal.UNKNOWN_COMPRESSION, member + " isn't none, gz, xz, zst or bz2");
    }

    /** Fails with whatever the library throws; {@link ExpandingStream} makes a refusal of it. */
    public InputStream open(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER);
            case XZ -> new XZInputStream(in, XZ_MEMORY);
            case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(ZSTD_WINDOW_LOG);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
        };
    }
}
