package org.cloister.repo.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Packages that were damaged at random, but reproducibly: each is imported or refused, in time, and a refused one leaves
 * nothing. The seed is in the name of what fails.
 */
class DebFuzzTest {
    private static final long SEED = 20260123;
    private static final Duration HANG = Duration.ofSeconds(20);
    private static final ImportLimits LIMITS =
            new ImportLimits(64L << 20, 10_000, 1 << 20, 250, 1 << 20, 1 << 16, 1 << 20, 100);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"'','',150", ".gz,.gz,50", ".xz,.xz,50", ".zst,.zst,50", ".gz,.bz2,50"})
    void changedBytes(String control, String data, int rounds) throws IOException {
        byte[] good = sample(control, data);
        try (ImportFixture fixture = new ImportFixture(directory, LIMITS)) {
            for (int i = 0; i < rounds; i++) {
                Random random = new Random(SEED + i);
                byte[] bad = good.clone();
                for (int n = random.nextInt(4); n >= 0; n--) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
                }
                check(fixture, bad, SEED + i);
            }
        }
    }

    @Test
    void piecesMovedRepeatedAndLeftOut() throws IOException {
        byte[] good = sample("", "");
        try (ImportFixture fixture = new ImportFixture(directory, LIMITS)) {
            for (int i = 0; i < 150; i++) {
                Random random = new Random(SEED * 31 + i);
                check(fixture, shuffled(good, random), SEED * 31 + i);
            }
        }
    }

    /** The checksums are right, so that what is behind them is reached. */
    @Test
    void tarHeadersWithChangedFields() throws IOException {
        byte[] good = sample("", "");
        try (ImportFixture fixture = new ImportFixture(directory, LIMITS)) {
            for (int i = 0; i < 150; i++) {
                Random random = new Random(SEED * 37 + i);
                byte[] bad = good.clone();
                int header = headerAt(bad, random);
                for (int n = random.nextInt(3); n >= 0; n--) {
                    bad[header + random.nextInt(512)] = interesting(random);
                }
                repairChecksum(bad, header);
                check(fixture, bad, SEED * 37 + i);
            }
        }
    }

    private static byte interesting(Random random) {
        byte[] bytes = {0, '0', '7', '/', '.', ' ', '\n', 'x', 'L', 'K', 'g', '1', '2', '5', (byte) 0x80, (byte) 0xff};
        return random.nextInt(4) == 0 ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
    }

    private static int headerAt(byte[] deb, Random random) {
        String text = new String(deb, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("ustar", random.nextInt(deb.length));
        return (at < 0 ? text.indexOf("ustar") : at) - 257;
    }

    private static void repairChecksum(byte[] bytes, int header) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : bytes[header + i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, header + 148, digits.length);
    }

    private static byte[] shuffled(byte[] good, Random random) {
        int from = random.nextInt(good.length);
        int length = Math.min(random.nextInt(1_500), good.length - from);
        int to = random.nextInt(good.length);
        byte[] bad = good.clone();
        if (random.nextBoolean()) {
            System.arraycopy(good, from, bad, Math.min(to, good.length - length), length);
            return bad;
        }
        byte[] shorter = new byte[good.length - length];
        System.arraycopy(good, 0, shorter, 0, from);
        System.arraycopy(good, from + length, shorter, from, shorter.length - from);
        return shorter;
    }

    private static void check(ImportFixture fixture, byte[] deb, long seed) throws IOException {
        ImportResult result =
                assertTimeoutPreemptively(HANG, () -> fixture.importBytes(deb), "a hang with seed " + seed);
        if (result instanceof ImportResult.Refused refused) {
            assertThat(refused.detail()).isNotBlank();
            assertThat(fixture.files())
                    .as("left behind by seed %d: %s", seed, refused)
                    .isZero();
        } else {
            fixture.clear();
        }
    }

    private static byte[] sample(String control, String data) {
        SampleDeb deb = new SampleDeb().compressed(control, data);
        deb.controlTar()
                .file("./postinst", 0755, "#!/bin/sh\nset -e\n".getBytes(StandardCharsets.UTF_8))
                .file(
                        "./md5sums",
                        0644,
                        "d41d8cd98f00b204e9800998ecf8427e  usr/bin/x\n".getBytes(StandardCharsets.UTF_8));
        byte[] binary = new byte[3_000];
        new Random(1).nextBytes(binary);
        deb.data().posix();
        return deb.directory("./")
                .directory("./usr")
                .binary("./usr/bin/x", binary)
                .file("./etc/x.conf", "a = 1\n".repeat(100))
                .symlink("./usr/share/doc/x", "y")
                .file("./usr/share/" + "long/".repeat(30) + "n\u00e4me", "1")
                .hardLink("./usr/bin/z", "./usr/bin/x")
                .symlink("./lib/x.so", "/usr/lib/x.so.1")
                .bytes();
    }
}
