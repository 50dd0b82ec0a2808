package org.cloister.events.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.Digest;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final FileTime TIME = new FileTime(1_700_000_000, 5);

    @Test
    void theTextIsWhatTheProtocolSays() {
        Manifest manifest = Manifest.of(List.of(
                ManifestEntry.file("usr/a b%", 0755, 0, 3, TIME, 2, Digest.ofText("hi")),
                ManifestEntry.directory("usr", 0755, 0, 0, FileTime.EPOCH)));
        assertThat(new String(manifest.canonicalBytes(), StandardCharsets.UTF_8))
                .isEqualTo("cloister-manifest 1\n"
                        + "d\t755\t0\t0\t0.000000000\t0\tusr\t-\n"
                        + "f\t755\t0\t3\t1700000000.000000005\t2\tusr/a%20b%25\t"
                        + Digest.ofText("hi").hex() + "\n");
    }

    @Test
    void whatIsWrittenIsReadBackEqual() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Manifest manifest = random(random);
            Manifest read = Manifest.parse(manifest.canonicalBytes());
            assertThat(read).isEqualTo(manifest);
            assertThat(read.id()).isEqualTo(manifest.id());
        }
    }

    @Test
    void aDamagedTextIsRefusedOrMeansTheSame() {
        Random random = new Random(11);
        byte[] bytes = random(random).canonicalBytes();
        for (int round = 0; round < 5000; round++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                assertThat(Arrays.equals(Manifest.parse(damaged).canonicalBytes(), damaged))
                        .isTrue();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    @Test
    void aPathThatLeavesTheRootIsRefused() {
        for (String path : List.of("/etc", "../x", "a/../b", "a//b", "./a", "a/", "", "a/.", "x/\0")) {
            assertThatThrownBy(() -> ManifestEntry.directory(path, 0755, 0, 0, TIME))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aMissingParentADoubleEntryAndALinkToNothingAreRefused() {
        ManifestEntry file = ManifestEntry.file("a/b", 0644, 0, 0, TIME, 0, Digest.ofText(""));
        ManifestEntry dir = ManifestEntry.directory("a", 0755, 0, 0, TIME);
        assertThatThrownBy(() -> Manifest.of(List.of(file))).hasMessageContaining("parent");
        assertThatThrownBy(() -> Manifest.of(List.of(dir, dir))).hasMessageContaining("twice");
        assertThatThrownBy(() -> Manifest.of(List.of(dir, ManifestEntry.hardLink("a/c", "a/b"))))
                .hasMessageContaining("hard link");
    }

    @Test
    void theOrderIsThatOfBytes() {
        assertThat(PathOrder.UTF8.compare("\uFFFD", "\uD83D\uDE00")).isNegative();
        assertThat(PathOrder.UTF8.compare("a-b", "a/b")).isNegative();
        assertThat(PathOrder.UTF8.compare("a", "a-b")).isNegative();
    }

    @Test
    void theBaseLayerNeverChanges() {
        assertThat(BaseLayer.manifest().id())
                .hasToString("sha256:061b31052410e68f2e451e1275b9b3c97eeb3fe8fc9405205d31386a00c5314b");
    }

    private static Manifest random(Random random) {
        List<ManifestEntry> entries = new ArrayList<>();
        for (int d = 0; d < 5; d++) {
            String dir = "d" + d + (char) ('é' + d) + " %\t";
            entries.add(ManifestEntry.directory(dir, random.nextInt(010000), random.nextInt(9), 0, TIME));
            for (int f = 0; f < 5; f++) {
                entries.add(entry(random, dir + "/f" + f));
            }
        }
        return Manifest.of(entries);
    }

    private static ManifestEntry entry(Random random, String path) {
        FileTime time = new FileTime(random.nextInt(), random.nextInt(1_000_000_000));
        return switch (random.nextInt(4)) {
            case 0 -> ManifestEntry.symlink(path, 1, 2, time, "-");
            case 1 -> ManifestEntry.whiteout(path);
            case 2 -> new ManifestEntry(EntryType.CHARACTER_DEVICE, path, 0600, 0, 0, time, 0, "1:3", Map.of());
            default ->
                new ManifestEntry(
                        EntryType.FILE,
                        path,
                        04755,
                        0,
                        0,
                        time,
                        random.nextInt(1 << 20),
                        Digest.ofText(path).hex(),
                        Map.of(
                                "user.a=b",
                                Base64.getEncoder().encodeToString(new byte[] {1, 2}),
                                "security.capability",
                                "AQ=="));
        };
    }
}
