package org.cloister.repo.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.cloister.events.Digest;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule is broken once; afterwards the pool has not one file. */
class DebRefusalsTest {
    private static final int MIB = 1 << 20;
    private static final ImportLimits SMALL = new ImportLimits(8L * MIB, 50, 20_000, 100, MIB, 1_000, 100_000, 5);

    @TempDir
    private Path directory;

    private ImportFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new ImportFixture(directory, SMALL);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(fixture.files()).isZero();
        fixture.close();
    }

    private void refused(Refusal rule, byte[] deb) throws IOException {
        ImportResult result = fixture.importBytes(deb);
        assertThat(result).isInstanceOfSatisfying(ImportResult.Refused.class, refused -> {
            assertThat(refused.rule()).as(refused.detail()).isEqualTo(rule);
            assertThat(refused.detail()).isNotBlank();
        });
    }

    private void refused(Refusal rule, SampleDeb deb) throws IOException {
        refused(rule, deb.bytes());
    }

    @Test
    void whatIsNoArchive() throws IOException {
        refused(Refusal.NOT_AN_ARCHIVE, new byte[0]);
        refused(Refusal.NOT_AN_ARCHIVE, "#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.US_ASCII));
        byte[] damaged = new SampleDeb().bytes();
        damaged[8 + 58] = 'x';
        refused(Refusal.NOT_AN_ARCHIVE, damaged);
    }

    @Test
    void formatsThatAreUnknown() throws IOException {
        refused(Refusal.UNKNOWN_FORMAT, new SampleDeb().format("3.0\n"));
        refused(Refusal.UNKNOWN_FORMAT, SampleDeb.ar("x", new byte[0]));
        refused(Refusal.UNKNOWN_FORMAT, "!<arch>\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void membersThatAreMissingTwiceOrInTheWrongOrder() throws IOException {
        byte[] version = "2.0\n".getBytes(StandardCharsets.US_ASCII);
        byte[] control = new SampleDeb.Tar()
                .file(
                        "control",
                        0644,
                        "Package: a\nVersion: 1\nArchitecture: all\n".getBytes(StandardCharsets.US_ASCII))
                .bytes();
        byte[] data = new SampleDeb.Tar().bytes();
        refused(Refusal.WRONG_MEMBERS, SampleDeb.ar("debian-binary", version));
        refused(Refusal.WRONG_MEMBERS, SampleDeb.ar("debian-binary", version, "control.tar", control));
        refused(
                Refusal.WRONG_MEMBERS,
                SampleDeb.ar("debian-binary", version, "data.tar", data, "control.tar", control));
        refused(
                Refusal.WRONG_MEMBERS,
                SampleDeb.ar("debian-binary", version, "control.tar", control, "data.tar", data, "data.tar", data));
        refused(
                Refusal.UNKNOWN_COMPRESSION,
                SampleDeb.ar("debian-binary", version, "control.tar", control, "data.tar.lzma", data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz", ".xz", ".zst", ".bz2"})
    void everyCut(String suffix) throws IOException {
        byte[] random = new byte[3000];
        new java.util.Random(1).nextBytes(random);
        SampleDeb deb = new SampleDeb().compressed(suffix.equals(".bz2") ? ".gz" : suffix, suffix);
        deb.data().file("./usr/x", 0644, random);
        byte[] whole = deb.bytes();
        for (int length = 8; length < whole.length - 1; length += 97) {
            ImportResult result = fixture.importBytes(Arrays.copyOf(whole, length));
            assertThat(result).as("cut to %d", length).isInstanceOf(ImportResult.Refused.class);
        }
        refused(Refusal.TRUNCATED, Arrays.copyOf(whole, whole.length - 200));
    }

    @ParameterizedTest
    @ValueSource(strings = {".gz", ".xz", ".zst", ".bz2"})
    void compressedDataThatContradictThemselves(String suffix) throws IOException {
        byte[] data = SampleDeb.compress(new byte[5000], suffix);
        data[data.length / 2] ^= 0x55;
        data[data.length / 2 + 1] ^= 0x55;
        byte[] control = new SampleDeb.Tar()
                .file(
                        "control",
                        0644,
                        "Package: a\nVersion: 1\nArchitecture: all\n".getBytes(StandardCharsets.US_ASCII))
                .bytes();
        byte[] deb = SampleDeb.ar(
                "debian-binary",
                "2.0\n".getBytes(StandardCharsets.US_ASCII),
                "control.tar",
                control,
                "data.tar" + suffix,
                data);
        assertThat(fixture.importBytes(deb))
                .isInstanceOfSatisfying(
                        ImportResult.Refused.class,
                        refused -> assertThat(refused.rule()).isIn(Refusal.CORRUPT_COMPRESSION, Refusal.TRUNCATED));
    }

    @Test
    void tarHeadersThatContradictThemselves() throws IOException {
        byte[] whole =
                new SampleDeb().compressed("", "").file("./usr/some-name", "1").bytes();
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        whole[text.indexOf("some-name")] = 'S';
        refused(Refusal.CORRUPT_TAR, whole);
    }

    @Test
    void sparseFilesAndOtherKinds() throws IOException {
        SampleDeb sparse = new SampleDeb();
        TarArchiveEntry entry = SampleDeb.Tar.header("./x", TarConstants.LF_NORMAL, "", 0644);
        entry.addPaxHeader("GNU.sparse.name", "x");
        sparse.data().add(entry, new byte[0]);
        refused(Refusal.UNSUPPORTED_ENTRY, sparse);
        SampleDeb label = new SampleDeb();
        label.data().entry("./x", (byte) 'V', "", 0644);
        refused(Refusal.UNSUPPORTED_ENTRY, label);
    }

    @Test
    void devicesBeyondThoseThatLeadToNothing() throws IOException {
        for (byte type : new byte[] {TarConstants.LF_BLK, TarConstants.LF_CHR}) {
            for (int[] numbers : new int[][] {{8, 0}, {1, 1}, {10, 229}}) {
                SampleDeb deb = new SampleDeb();
                TarArchiveEntry device = SampleDeb.Tar.header("./usr/share/x", type, "", 0666);
                device.setDevMajor(numbers[0]);
                device.setDevMinor(numbers[1]);
                deb.data().add(device, new byte[0]);
                refused(Refusal.UNSUPPORTED_ENTRY, deb);
            }
        }
    }

    @Test
    void namesThatLeaveTheRoot() throws IOException {
        refused(Refusal.LEAVES_ROOT, new SampleDeb().file("../etc/passwd", "x"));
        refused(Refusal.LEAVES_ROOT, new SampleDeb().file("./usr/../../etc/passwd", "x"));
        refused(
                Refusal.LEAVES_ROOT,
                new SampleDeb().symlink("./usr/a", "../../..").file("./usr/a/etc/x", "x"));
        refused(Refusal.LEAVES_ROOT, new SampleDeb().symlink("./a", "/../..").file("./a/x", "x"));
        refused(
                Refusal.LEAVES_ROOT,
                new SampleDeb().symlink("./a", "b").symlink("./b", "../c").file("./a/x", "x"));
        refused(Refusal.LEAVES_ROOT, new SampleDeb().hardLink("./x", "../../etc/shadow"));
    }

    @Test
    void hardLinksToNothingOfThePackage() throws IOException {
        refused(Refusal.BAD_HARD_LINK, new SampleDeb().hardLink("./x", "etc/shadow"));
        refused(Refusal.BAD_HARD_LINK, new SampleDeb().hardLink("./x", "./y").file("./y", "1"));
        refused(Refusal.BAD_HARD_LINK, new SampleDeb().directory("./y").hardLink("./x", "./y"));
        refused(Refusal.BAD_HARD_LINK, new SampleDeb().hardLink("./x", "./x"));
    }

    @Test
    void twoEntriesForOnePath() throws IOException {
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./x", "1").file("./x", "1"));
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./x", "1").file("x", "2"));
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./bin/x", "1").file("./usr/bin/x", "2"));
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./x", "1").symlink("./x", "y"));
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./x", "1").directory("./x"));
        refused(
                Refusal.DUPLICATE_ENTRY,
                new SampleDeb().symlink("./lib", "opt/lib").file("./lib/x", "1"));
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./sbin", "1"));
        refused(Refusal.DUPLICATE_ENTRY, new SampleDeb().file("./var/lib/dpkg/info/sample.list", "/etc/passwd\n"));
    }

    @Test
    void entriesBelowWhatIsNoDirectory() throws IOException {
        refused(Refusal.BELOW_NO_DIRECTORY, new SampleDeb().file("./x", "1").file("./x/y", "1"));
        refused(
                Refusal.BELOW_NO_DIRECTORY,
                new SampleDeb().symlink("./a", "b").symlink("./b", "a").file("./a/x", "1"));
        refused(
                Refusal.BELOW_NO_DIRECTORY,
                new SampleDeb().file("./f", "1").symlink("./a", "f").file("./a/x", "1"));
    }

    @Test
    void namesThatNoFileShouldHave() throws IOException {
        SampleDeb latin = new SampleDeb();
        latin.compressed("", "").file("./usr/share/caf\u00e9", "1");
        byte[] bytes = latin.bytes();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("caf\u00c3\u00a9") + 3;
        bytes[at + 1] = 'e'; // 0xc3 without its continuation byte; the sum is repaired below
        repairChecksum(bytes, text.lastIndexOf("./usr/share/caf"));
        refused(Refusal.NAME_NOT_UTF8, bytes);
        refused(Refusal.BAD_NAME, new SampleDeb().file("./etc/a\n/etc/shadow", "1"));
        refused(Refusal.BAD_NAME, new SampleDeb().file("./" + "n".repeat(256), "1"));
        refused(Refusal.BAD_NAME, new SampleDeb().file("./" + "d/".repeat(2100) + "x", "1"));
        refused(Refusal.BAD_NAME, new SampleDeb().symlink("./x", ""));
    }

    private static void repairChecksum(byte[] bytes, int header) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : bytes[header + i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, header + 148, digits.length);
    }

    @Test
    void bombs() throws IOException {
        SampleDeb zeros = new SampleDeb();
        zeros.data().file("./zeros", 0644, new byte[7 * MIB]);
        refused(Refusal.SUSPICIOUS_RATIO, zeros);
        SampleDeb large = new SampleDeb().compressed("", "");
        large.data().file("./large", 0644, new byte[9 * MIB]);
        refused(Refusal.EXPANDS_TOO_FAR, large);
        SampleDeb many = new SampleDeb();
        for (int i = 0; i < 51; i++) {
            many.file("./f" + i, "");
        }
        refused(Refusal.TOO_MANY_ENTRIES, many);
        refused(Refusal.TOO_MANY_ENTRIES, new SampleDeb().file("./" + "d/".repeat(2000) + "x", "1"));
        SampleDeb longNames = new SampleDeb();
        for (int i = 0; i < 10; i++) {
            longNames.symlink("./l" + i, "t".repeat(3000));
        }
        refused(Refusal.TOO_MANY_ENTRIES, longNames);
    }

    @Test
    void controlArchivesBeyondTheirLimits() throws IOException {
        refused(
                Refusal.CONTROL_TOO_LARGE,
                new SampleDeb().control("Package: a\nVersion: 1\nArchitecture: all\nX: " + "x".repeat(1000) + "\n"));
        SampleDeb many = new SampleDeb();
        for (int i = 0; i < 6; i++) {
            many.controlTar().file("./m" + i, 0644, new byte[0]);
        }
        refused(Refusal.CONTROL_TOO_LARGE, many);
        SampleDeb large = new SampleDeb();
        large.controlTar().file("./md5sums", 0644, new byte[200_000]);
        refused(Refusal.CONTROL_TOO_LARGE, large);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Package: a\nVersion: 1\n",
                "Package: a\nArchitecture: all\n",
                "Version: 1\nArchitecture: all\n",
                "Package: ../../x\nVersion: 1\nArchitecture: all\n",
                "Package: a\nVersion: one\nArchitecture: all\n",
                "Package: a\nVersion: 1\nArchitecture: x/y\n",
                "Package: a\nPackage: b\nVersion: 1\nArchitecture: all\n",
                "Package: a\nVersion: 1\nArchitecture: all\n\nPackage: b\n",
                "no field\n"
            })
    void controlParagraphsThatAreMalformed(String control) throws IOException {
        refused(Refusal.BAD_CONTROL, new SampleDeb().control(control));
    }

    @Test
    void controlMembersThatDpkgWouldNotStore() throws IOException {
        SampleDeb list = new SampleDeb();
        list.controlTar().file("./list", 0644, new byte[0]);
        refused(Refusal.BAD_CONTROL, list);
        SampleDeb link = new SampleDeb();
        link.controlTar().entry("./postinst", TarConstants.LF_SYMLINK, "/bin/true", 0777);
        refused(Refusal.BAD_CONTROL, link);
        SampleDeb nested = new SampleDeb();
        nested.controlTar().file("./a/b", 0644, new byte[0]);
        refused(Refusal.BAD_CONTROL, nested);
        SampleDeb twice = new SampleDeb();
        twice.controlTar().file("./postinst", 0644, new byte[0]).file("postinst", 0644, new byte[0]);
        refused(Refusal.DUPLICATE_ENTRY, twice);
    }

    @Test
    void anotherFileThanTheOneAnnounced() throws IOException {
        byte[] deb = new SampleDeb().file("./x", "1").bytes();
        ImportResult result = fixture.importBytes(deb, Optional.of(Digest.ofText("announced")));
        assertThat(((ImportResult.Refused) result).rule()).isEqualTo(Refusal.DIGEST_MISMATCH);
    }
}
