package org.cloister.repo.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.artifact.ArtifactImporter;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.cloister.repo.deb.DebImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples were made by rpmbuild from sample.spec, which lies beside them. */
class RpmImporterTest {
    private static final long SEED = 20260407;
    private static final Duration HANG = Duration.ofSeconds(20);
    private static final ImportLimits LIMITS =
            new ImportLimits(64L << 20, 10_000, 1 << 20, 250, 1 << 20, 1 << 16, 1 << 20, 100);

    @TempDir
    Path directory;

    private ImportResult.Imported imported(RpmFixture fixture, byte[] rpm) throws IOException {
        ImportResult result = fixture.importBytes(rpm);
        assertThat(result).isInstanceOf(ImportResult.Imported.class);
        return (ImportResult.Imported) result;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void filesBecomeALayerWhateverCompressesThem(String payload) throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            byte[] rpm = RpmFixture.sample(payload);
            ImportResult.Imported imported = imported(fixture, rpm);
            assertThat(imported.artifact()).isEqualTo(Digest.of(rpm));
            assertThat(imported.artifactSize()).isEqualTo(rpm.length);
            Manifest layer = fixture.manifest(imported.layer());
            assertThat(fixture.text(layer, "usr/bin/sample")).isEqualTo("#!/bin/sh\necho sample\n");
            ManifestEntry program = RpmFixture.find(layer, "usr/bin/sample");
            assertThat(program.mode()).isEqualTo(04755);
            assertThat(Base64.getDecoder().decode(program.xattrs().get("security.capability")))
                    .as("capability 13, permitted and effective")
                    .isEqualTo(new byte[] {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            assertThat(fixture.text(layer, "usr/share/sample/again")).endsWith("\n1999\n2000\n");
            assertThat(RpmFixture.find(layer, "usr/share/sample/numbers").type())
                    .isEqualTo(EntryType.HARD_LINK);
            assertThat(RpmFixture.find(layer, "usr/share/sample/link").argument())
                    .isEqualTo("numbers");
            assertThat(RpmFixture.find(layer, "usr/share/sample/empty").size()).isZero();
            assertThat(RpmFixture.find(layer, "var/lib/sample").mode()).isEqualTo(0750);
            assertThat(layer.entries()).noneMatch(entry -> entry.path().endsWith("sample/state"));
        }
    }

    @Test
    void whatItSaysOfItselfBecomesAControlParagraph() throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            ImportResult.Imported imported = imported(fixture, RpmFixture.sample("zstd"));
            assertThat(imported.id()).hasToString("rpm:sample-zstdio=1:2.0~rc1-3:all");
            assertThat(imported.control())
                    .startsWith("Package: rpm:sample-zstdio\nVersion: 1:2.0~rc1-3\nArchitecture: all\nFormat: rpm\n")
                    .contains("\nScriptlets: pre, post\n")
                    .contains("\nScriptlets-Not-Run: posttrans (written in Lua)\n")
                    .contains("\nRequires-Scripts:\n /bin/sh\n /sbin/ldconfig\n")
                    .contains("\n bash >= 4.0\n")
                    .contains("\nConflicts:\n other < 1.0-2\n")
                    .contains("\nObsoletes:\n older < 2\n")
                    .contains("\nRecommends:\n nice-to-have\n")
                    .contains("\n virtual = 2.0\n")
                    .contains("\nFiles:\n /etc/sample.conf\n /usr/bin/sample\n")
                    .doesNotContain("rpmlib(")
                    .endsWith("Description: A sample of what packages have\n Several lines.\n .\n The third one.\n");
        }
    }

    @Test
    void scriptletsAndForeignOwnersAreFilesThatTheAgentRuns() throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            Manifest layer = fixture.manifest(
                    imported(fixture, RpmFixture.sample("gzip")).layer());
            String place = "var/lib/cloister/rpm/sample-gzdio/";
            assertThat(fixture.text(layer, place + "pre"))
                    .isEqualTo("#!/bin/sh\ngetent passwd sample >/dev/null || useradd -r sample\n");
            assertThat(fixture.text(layer, place + "post")).isEqualTo("#!/bin/sh\nexec '/sbin/ldconfig'\n");
            assertThat(fixture.text(layer, place + "owners"))
                    .isEqualTo("#!/bin/sh\nchown -h sample:sample '/var/lib/sample' && chmod 750 '/var/lib/sample'\n");
            assertThat(layer.entries()).noneMatch(entry -> entry.path().endsWith("postun"));
        }
    }

    @Test
    void theSameFileHasTheSameLayer() throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            assertThat(imported(fixture, RpmFixture.sample("xz")))
                    .isEqualTo(imported(fixture, RpmFixture.sample("xz")));
        }
    }

    @Test
    void aCutAnywhereIsRefusedAndLeavesNothing() throws IOException {
        byte[] good = RpmFixture.sample("zstd");
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            for (int length = 0; length < good.length; length += 97) {
                assertThat(fixture.importBytes(Arrays.copyOf(good, length)))
                        .as("the first %d bytes", length)
                        .isInstanceOf(ImportResult.Refused.class);
            }
            assertThat(fixture.files()).isZero();
        }
    }

    @Test
    void anotherFileThanAnnouncedIsRefused() throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            ImportResult result = fixture.importBytes(RpmFixture.sample("xz"), Optional.of(Digest.of(new byte[] {1})));
            assertThat(((ImportResult.Refused) result).rule()).isEqualTo(Refusal.DIGEST_MISMATCH);
        }
    }

    @Test
    void aChangedHeaderOrPayloadIsRefusedByItsDigest() throws IOException {
        byte[] good = RpmFixture.sample("gzip");
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            byte[] bad = good.clone();
            int name = new String(good, StandardCharsets.ISO_8859_1).indexOf("A sample of what");
            bad[name] = 'B';
            assertThat(((ImportResult.Refused) fixture.importBytes(bad)).rule()).isEqualTo(Refusal.DIGEST_MISMATCH);
        }
    }

    @Test
    void aFileOfNoKnownFormatIsNamedSo() throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            ImportResult result = fixture.importBytes(new byte[200]);
            assertThat(((ImportResult.Refused) result).rule()).isEqualTo(Refusal.NOT_AN_ARCHIVE);
        }
    }

    @Test
    void limitsHold() throws IOException {
        ImportLimits tight = new ImportLimits(1_000, 10_000, 1 << 20, 250, 1 << 20, 1 << 16, 1 << 20, 100);
        try (RpmFixture fixture = new RpmFixture(directory.resolve("a"), tight)) {
            assertThat(((ImportResult.Refused) fixture.importBytes(RpmFixture.sample("xz"))).rule())
                    .isEqualTo(Refusal.EXPANDS_TOO_FAR);
        }
        ImportLimits few = new ImportLimits(64L << 20, 3, 1 << 20, 250, 1 << 20, 1 << 16, 1 << 20, 100);
        try (RpmFixture fixture = new RpmFixture(directory.resolve("b"), few)) {
            assertThat(((ImportResult.Refused) fixture.importBytes(RpmFixture.sample("xz"))).rule())
                    .isEqualTo(Refusal.TOO_MANY_ENTRIES);
        }
    }

    /** Digests are taken out of the signature header, so that what is behind them is reached. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void whateverIsDamagedTheOutcomeIsAValue(String payload) throws IOException {
        byte[] good = withoutHeaderDigest(RpmFixture.sample(payload));
        int header = headerAt(good);
        try (RpmFixture fixture = new RpmFixture(directory, LIMITS)) {
            for (int i = 0; i < 400; i++) {
                Random random = new Random(SEED + i);
                byte[] bad = good.clone();
                for (int n = random.nextInt(5); n >= 0; n--) {
                    int at = random.nextInt(3) == 0
                            ? random.nextInt(bad.length)
                            : header + random.nextInt(bad.length - header);
                    bad[at] = random.nextBoolean() ? (byte) random.nextInt(256) : interesting(random);
                }
                ImportResult result = assertTimeoutPreemptively(
                        HANG, () -> fixture.importBytes(bad), "a hang with seed " + (SEED + i));
                if (result instanceof ImportResult.Refused refused) {
                    assertThat(refused.detail()).isNotBlank();
                    assertThat(fixture.files())
                            .as("left behind by seed %d: %s", SEED + i, refused)
                            .isZero();
                } else {
                    fixture.clear();
                }
            }
        }
    }

    private static byte interesting(Random random) {
        byte[] bytes = {0, 1, '/', '.', '\n', '(', ' ', (byte) 0x7f, (byte) 0x80, (byte) 0xff};
        return bytes[random.nextInt(bytes.length)];
    }

    /** Where the second header begins. */
    private static int headerAt(byte[] rpm) {
        for (int at = 100; at < rpm.length - 4; at++) {
            if (ByteBuffer.wrap(rpm).getInt(at) == 0x8eade801) {
                return at;
            }
        }
        throw new AssertionError("no second header");
    }

    /** Renames tag 273 of the signature header, the first one. */
    private static byte[] withoutHeaderDigest(byte[] rpm) {
        ByteBuffer bytes = ByteBuffer.wrap(rpm.clone());
        for (int i = 0; i < bytes.getInt(104); i++) {
            if (bytes.getInt(112 + 16 * i) == RpmTag.SIGNATURE_SHA256) {
                bytes.putInt(112 + 16 * i, 9_999);
            }
        }
        return bytes.array();
    }

    @Test
    void capabilitiesThatAreNotKnownAreRefused() throws RefusedException {
        assertThat(FileCapabilities.xattr("cap_net_admin,cap_net_raw=eip")).hasSize(1);
        for (String bad : List.of("cap_nonsense=ep", "all=ep", "cap_net_raw-e", "x")) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> FileCapabilities.xattr(bad)))
                    .as(bad)
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void theFormatIsToldByTheContentAndNotByTheName() throws IOException {
        try (RpmFixture fixture = new RpmFixture(directory.resolve("pool"), LIMITS)) {
            ArtifactImporter any = new ArtifactImporter(List.of(new DebImporter(), new RpmImporter()));
            Path named = Files.write(directory.resolve("x.deb"), RpmFixture.sample("gzip"));
            assertThat(any.importFile(named, Optional.empty(), fixture.pool().use()))
                    .isInstanceOf(ImportResult.Imported.class);
            Path text = Files.writeString(directory.resolve("x.rpm"), "no package");
            assertThat(any.importFile(text, Optional.empty(), fixture.pool().use()))
                    .isEqualTo(new ImportResult.Refused(
                            Refusal.NOT_AN_ARCHIVE, "the file begins neither as a Debian package nor an RPM package"));
        }
    }
}
