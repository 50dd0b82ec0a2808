package org.cloister.repo.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebImporterTest {
    private static final FileTime BUILT = new FileTime(SampleDeb.BUILT, 0);

    @TempDir
    private Path directory;

    private ImportFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new ImportFixture(directory, ImportLimits.defaults());
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({"'',''", ".gz,.gz", ".xz,.xz", ".zst,.zst", ".gz,.bz2", ".xz,.zst"})
    void everyCompressionGivesTheSameLayer(String control, String data) throws IOException {
        Manifest plain = fixture.layerOf(new SampleDeb().compressed("", "").file("./usr/bin/x", "hello"));
        Manifest layer =
                fixture.layerOf(new SampleDeb().compressed(control, data).file("./usr/bin/x", "hello"));
        assertThat(layer).isEqualTo(plain);
        assertThat(fixture.text(layer, "usr/bin/x")).isEqualTo("hello");
    }

    @Test
    void theResultNamesThePackageAndIsInThePool() throws IOException {
        SampleDeb deb = new SampleDeb().control("Package: a\nVersion: 2:1~b-3\nArchitecture: all\nDescription: d\n e");
        byte[] bytes = deb.file("./etc/x", "1").bytes();
        ImportResult.Imported imported =
                (ImportResult.Imported) fixture.importBytes(bytes, Optional.of(Digest.of(bytes)));
        assertThat(imported.id()).isEqualTo(PackageId.of("a", "2:1~b-3", "all"));
        assertThat(imported.artifact()).isEqualTo(Digest.of(bytes));
        assertThat(imported.artifactSize()).isEqualTo(bytes.length);
        assertThat(imported.control())
                .isEqualTo("Package: a\nVersion: 2:1~b-3\nArchitecture: all\nDescription: d\n e\n");
        assertThat(fixture.pool().artifact(imported.artifact()).orElseThrow().size())
                .isEqualTo(bytes.length);
    }

    @Test
    void importingTwiceGivesTheSameAndAddsNothing() throws IOException {
        byte[] bytes = new SampleDeb().file("./etc/x", "1").bytes();
        ImportResult first = fixture.importBytes(bytes);
        long files = fixture.files();
        assertThat(fixture.importBytes(bytes)).isEqualTo(first);
        assertThat(fixture.files()).isEqualTo(files);
    }

    @Test
    void namesAreUsrMergedAndParentsAreThere() throws IOException {
        Manifest layer = fixture.layerOf(new SampleDeb()
                .directory("./")
                .directory("./bin")
                .file("./bin/sh", "1")
                .file("./lib/x86_64-linux-gnu/libc.so.6", "2")
                .symlink("./lib64/ld.so", "/lib/x86_64-linux-gnu/ld.so")
                .file("./usr/lib/y", "3"));
        assertThat(ImportFixture.paths(layer))
                .containsExactly(
                        "usr",
                        "usr/bin",
                        "usr/bin/sh",
                        "usr/lib",
                        "usr/lib/x86_64-linux-gnu",
                        "usr/lib/x86_64-linux-gnu/libc.so.6",
                        "usr/lib/y",
                        "usr/lib64",
                        "usr/lib64/ld.so");
    }

    @Test
    void linksThatBridgedTheUnmergedTreesVanish() throws IOException {
        Manifest layer = fixture.layerOf(new SampleDeb()
                .symlink("./bin", "usr/bin")
                .symlink("./lib", "/usr/lib")
                .file("./usr/bin/touch", "t")
                .symlink("./bin/touch", "/usr/bin/touch")
                .symlink("./usr/bin/mv", "../../bin/mv")
                .file("./bin/mv", "m"));
        assertThat(ImportFixture.paths(layer)).containsExactly("usr", "usr/bin", "usr/bin/mv", "usr/bin/touch");
        assertThat(fixture.text(layer, "usr/bin/touch")).isEqualTo("t");
        assertThat(fixture.text(layer, "usr/bin/mv")).isEqualTo("m");
    }

    @Test
    void theDatabaseOfDpkgIsPartOfTheLayer() throws IOException {
        SampleDeb deb = new SampleDeb().directory("./").directory("./bin").file("./bin/x", "1");
        deb.controlTar()
                .entry("./", TarConstants.LF_DIR, "", 0755)
                .file("./postinst", 0755, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8))
                .file("./conffiles", 0644, "/etc/x\n".getBytes(StandardCharsets.UTF_8));
        Manifest layer = fixture.layerOf(deb);
        String info = "var/lib/dpkg/info/sample.";
        assertThat(fixture.text(layer, info + "list")).isEqualTo("/.\n/bin\n/bin/x\n");
        assertThat(fixture.text(layer, info + "conffiles")).isEqualTo("/etc/x\n");
        ManifestEntry postinst = ImportFixture.find(layer, info + "postinst").orElseThrow();
        assertThat(postinst.mode()).isEqualTo(0755);
        assertThat(postinst.mtime()).isEqualTo(BUILT);
        assertThat(ImportFixture.find(layer, info + "control")).isEmpty();
    }

    @Test
    void aPackageOfWhichSeveralArchitecturesFitHasItInItsNames() throws IOException {
        Manifest layer = fixture.layerOf(
                new SampleDeb().control("Package: libx\nVersion: 1\nArchitecture: amd64\nMulti-Arch: same\n"));
        assertThat(fixture.text(layer, "var/lib/dpkg/info/libx:amd64.list")).isEqualTo("/.\n");
    }

    @Test
    void attributesAreKept() throws IOException {
        SampleDeb deb = new SampleDeb();
        TarArchiveEntry setuid = SampleDeb.Tar.header("./usr/bin/su", TarConstants.LF_NORMAL, "", 04755);
        setuid.setIds(0, 42);
        TarArchiveEntry device = SampleDeb.Tar.header("./dev/null", TarConstants.LF_CHR, "", 0666);
        device.setDevMajor(1);
        device.setDevMinor(3);
        deb.data()
                .add(setuid, new byte[0])
                .add(device, new byte[0])
                .entry("./run/pipe", TarConstants.LF_FIFO, "", 0600)
                .entry("./tmp/", TarConstants.LF_DIR, "", 01777);
        Manifest layer = fixture.layerOf(deb);
        ManifestEntry su = ImportFixture.find(layer, "usr/bin/su").orElseThrow();
        assertThat(su.mode()).isEqualTo(04755);
        assertThat(su.gid()).isEqualTo(42);
        assertThat(ImportFixture.find(layer, "dev/null").orElseThrow().argument())
                .isEqualTo("1:3");
        assertThat(ImportFixture.find(layer, "run/pipe").orElseThrow().type()).isEqualTo(EntryType.FIFO);
        assertThat(ImportFixture.find(layer, "tmp").orElseThrow().mode()).isEqualTo(01777);
    }

    @Test
    void hardLinksShareTheFirstNameInTheOrderOfPaths() throws IOException {
        Manifest layer = fixture.layerOf(new SampleDeb()
                .file("./usr/bin/perl5.36", "p")
                .hardLink("./usr/bin/perl", "./usr/bin/perl5.36")
                .hardLink("./bin/perl", "usr/bin/perl"));
        ManifestEntry first = ImportFixture.find(layer, "usr/bin/perl").orElseThrow();
        ManifestEntry second = ImportFixture.find(layer, "usr/bin/perl5.36").orElseThrow();
        assertThat(first.type()).isEqualTo(EntryType.FILE);
        assertThat(first.mtime()).isEqualTo(BUILT);
        assertThat(second).isEqualTo(ManifestEntry.hardLink("usr/bin/perl5.36", "usr/bin/perl"));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void longNamesLargeNumbersAndOldTimesAreRead(boolean posix) throws IOException {
        String name = "usr/share/" + "long-".repeat(30) + "/" + "näme-".repeat(30);
        SampleDeb deb = new SampleDeb();
        if (posix) {
            deb.data().posix();
        }
        TarArchiveEntry large = SampleDeb.Tar.header("./usr/x", TarConstants.LF_NORMAL, "", 0644);
        large.setIds(9_000_000, 2_000_000_000);
        large.setModTime(-86_400_000L);
        deb.file("./" + name, "1").symlink("./usr/l", name).data().add(large, new byte[0]);
        Manifest layer = fixture.layerOf(deb);
        assertThat(fixture.text(layer, name)).isEqualTo("1");
        assertThat(ImportFixture.find(layer, "usr/l").orElseThrow().argument()).isEqualTo(name);
        ManifestEntry entry = ImportFixture.find(layer, "usr/x").orElseThrow();
        assertThat(entry.uid()).isEqualTo(9_000_000);
        assertThat(entry.gid()).isEqualTo(2_000_000_000);
        assertThat(entry.mtime()).isEqualTo(new FileTime(-86_400, 0));
    }

    @Test
    void extendedAttributesAreKept() throws IOException {
        SampleDeb deb = new SampleDeb();
        TarArchiveEntry ping = SampleDeb.Tar.header("./usr/bin/ping", TarConstants.LF_NORMAL, "", 0755);
        ping.addPaxHeader("SCHILY.xattr.security.capability", "\u0001abc");
        deb.data().add(ping, new byte[0]);
        Manifest layer = fixture.layerOf(deb);
        String value = Base64.getEncoder().encodeToString("\u0001abc".getBytes(StandardCharsets.UTF_8));
        assertThat(ImportFixture.find(layer, "usr/bin/ping").orElseThrow().xattrs())
                .containsExactly(java.util.Map.entry("security.capability", value));
    }

    @Test
    void aDirectoryAgainstALinkKeepsTheLinkAndFollowsIt() throws IOException {
        Manifest layer = fixture.layerOf(new SampleDeb()
                .directory("./usr/share/doc/a")
                .file("./usr/share/doc/a/readme", "r")
                .symlink("./usr/share/doc/a", "../b")
                .directory("./var/run")
                .symlink("./var/run", "/run"));
        assertThat(fixture.text(layer, "usr/share/b/readme")).isEqualTo("r");
        assertThat(ImportFixture.find(layer, "usr/share/doc/a").orElseThrow().type())
                .isEqualTo(EntryType.SYMLINK);
        assertThat(ImportFixture.find(layer, "var/run").orElseThrow().argument())
                .isEqualTo("/run");
    }
}
