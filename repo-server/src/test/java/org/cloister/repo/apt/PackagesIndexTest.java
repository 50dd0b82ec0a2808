package org.cloister.repo.apt;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.junit.jupiter.api.Test;

class PackagesIndexTest {
    private static final Digest ARTIFACT = Digest.ofText("artifact");

    @Test
    void bothFilesHoldTheParagraphsInOrder() throws IOException {
        List<IndexEntry> entries = entries(3_000, 0);
        PackagesIndex index = PackagesIndex.of(entries, null);
        String expected = text(entries);
        assertThat(read(new GZIPInputStream(joined(index.gzip().parts())))).isEqualTo(expected);
        assertThat(read(new ZstdInputStream(joined(index.zstd().parts())))).isEqualTo(expected);
        assertThat(index.text().digest()).isEqualTo(Digest.ofText(expected));
        assertThat(index.text().size()).isEqualTo(expected.length());
        assertThat(index.gzip().parts().size()).isGreaterThan(3);
    }

    @Test
    void theSameEntriesGiveTheSameBytesWhateverCameBefore() {
        List<IndexEntry> entries = entries(3_000, 0);
        PackagesIndex fresh = PackagesIndex.of(entries, null);
        PackagesIndex after = PackagesIndex.of(entries, PackagesIndex.of(entries(2_000, 7), null));
        assertThat(after.gzip().digest()).isEqualTo(hash(fresh.gzip().parts()));
        assertThat(after.zstd().digest()).isEqualTo(hash(fresh.zstd().parts()));
    }

    @Test
    void onePackageMoreCompressesOneChunkAnew() {
        List<IndexEntry> entries = entries(3_000, 0);
        PackagesIndex before = PackagesIndex.of(entries, null);
        List<IndexEntry> more = new ArrayList<>(entries);
        more.add(entry("name01500x", "1"));
        more.sort(IndexEntry.ORDER);
        PackagesIndex after = PackagesIndex.of(more, before);
        Set<byte[]> old = new HashSet<>(before.zstd().parts());
        assertThat(after.zstd().parts().stream()
                        .filter(chunk -> !old.contains(chunk))
                        .count())
                .isBetween(1L, 2L);
        assertThat(after.zstd().digest())
                .isEqualTo(hash(PackagesIndex.of(more, null).zstd().parts()));
    }

    @Test
    void anIndexWithoutPackagesIsAnEmptyFileInEachForm() throws IOException {
        PackagesIndex index = PackagesIndex.of(List.of(), null);
        assertThat(read(new GZIPInputStream(joined(index.gzip().parts())))).isEmpty();
        assertThat(read(new ZstdInputStream(joined(index.zstd().parts())))).isEmpty();
        assertThat(index.text().digest()).isEqualTo(Digest.ofText(""));
    }

    @Test
    void versionsOfANameStandFromOldToNewAndOneOfTheirNamesWithManyIsCut() {
        List<IndexEntry> entries = new ArrayList<>();
        for (int i = 0; i < 9_000; i++) {
            entries.add(entry("same", "1." + i));
        }
        entries.sort(IndexEntry.ORDER);
        assertThat(entries.get(2).id().version().text()).isEqualTo("1.2");
        assertThat(PackagesIndex.of(entries, null).zstd().parts()).hasSize(3);
    }

    @Test
    void whatAControlFileSaysOfItsFileIsNotBelieved() {
        String control =
                "Package: x\nFilename: /etc/passwd\nVersion: 1\nsha256: 00\n 11\nMD5sum: 1\n# a comment\nSize: 1\n"
                        + "Architecture: all\nDescription: y\n .\n z\n";
        PackagePublished event = new PackagePublished(
                PackageId.of("x", "2:1+b~1", "all"), ARTIFACT, 42, new LayerId(ARTIFACT), control, null);
        assertThat(new String(new PublishedEntry(event).paragraph(), StandardCharsets.UTF_8))
                .isEqualTo("Package: x\nVersion: 1\nArchitecture: all\nDescription: y\n .\n z\nFilename: pool/"
                        + ARTIFACT.hex() + "/x_1+b~1_all.deb\nSize: 42\nSHA256: " + ARTIFACT.hex() + "\n\n");
    }

    private static List<IndexEntry> entries(int count, int first) {
        List<IndexEntry> entries = new ArrayList<>();
        for (int i = first; i < count; i++) {
            entries.add(entry(String.format("name%05d", i), "1.0-" + i));
        }
        return entries;
    }

    private static IndexEntry entry(String name, String version) {
        String control = "Package: " + name + "\nVersion: " + version + "\nArchitecture: all\nDescription: d\n";
        return new PublishedEntry(new PackagePublished(
                PackageId.of(name, version, "all"), ARTIFACT, 1, new LayerId(ARTIFACT), control, null));
    }

    private static String text(List<IndexEntry> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(new String(entry.paragraph(), StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static Digest hash(List<byte[]> parts) {
        return Digest.of(joined(parts).readAllBytes());
    }

    private static ByteArrayInputStream joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return new ByteArrayInputStream(all.toByteArray());
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
