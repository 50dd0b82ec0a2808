package org.cloister.agent.command.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    @TempDir
    Path root;

    @Test
    void bothFormsOfSourcesAreRead() {
        assertThat(SourcesList.parseLines("""
                        # a comment
                        deb [arch=amd64,arm64 signed-by=/k.gpg] http://archive.example.org/debian/ bookworm main contrib # x
                        deb-src http://archive.example.org/debian bookworm main
                        deb http://archive.example.org/flat ./
                        deb\thttp://archive.example.org/debian sid main
                        """))
                .containsExactly(
                        new AptSource(
                                "http://archive.example.org/debian",
                                "bookworm",
                                List.of("main", "contrib"),
                                List.of("amd64", "arm64"),
                                List.of("/k.gpg")),
                        new AptSource(
                                "http://archive.example.org/debian", "sid", List.of("main"), List.of(), List.of()));
        assertThat(SourcesList.parseParagraphs("""
                        Types: deb deb-src
                        # a comment
                        URIs: http://archive.example.org/debian
                        Suites: bookworm bookworm-updates
                        Components: main
                        Signed-By: /usr/share/keyrings/a.gpg

                        Types: deb
                        URIs: http://archive.example.org/off
                        Suites: x
                        Components: main
                        Enabled: no
                        """))
                .extracting(AptSource::suite)
                .containsExactly("bookworm", "bookworm-updates");
    }

    @Test
    void whatTheRepositoryCannotReachIsToldAndAListOfMirrorsIsReplacedByItsFirst() throws IOException {
        Path apt = root.resolve("etc/apt");
        Files.createDirectories(apt.resolve("mirrors"));
        Files.writeString(
                apt.resolve("mirrors/debian.list"),
                "# nearest\nfile:/srv/debian\nhttps://archive.example.org/debian/\tpriority:1\n");
        Files.writeString(apt.resolve("sources.list"), """
                        deb cdrom:[Debian GNU/Linux 12 _Bookworm_ - amd64 DVD]/ bookworm main
                        deb [trusted=yes] file:/srv/local stable main
                        deb mirror+file:/etc/apt/mirrors/debian.list bookworm main
                        deb mirror+file:/etc/apt/mirrors/none.list sid main
                        deb ftp://archive.example.org/debian bookworm main
                        """);

        HostSources.Found found = new HostSources(root).found();

        assertThat(found.sources())
                .containsExactly(new AptSource(
                        "https://archive.example.org/debian", "bookworm", List.of("main"), List.of(), List.of()));
        assertThat(found.leftOut())
                .hasSize(4)
                .allMatch(reason -> reason.contains("http and https only"))
                .anyMatch(reason -> reason.startsWith("cdrom:[Debian_GNU/Linux_12__Bookworm__-_amd64_DVD] bookworm"))
                .anyMatch(reason -> reason.startsWith("file:/srv/local stable"));
    }

    @Test
    void anEmbeddedKeyKeepsItsLines() {
        List<AptSource> sources =
                SourcesList.parseParagraphs("Types: deb\nURIs: http://archive.example.org/d\nSuites: s\n"
                        + "Components: c\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY\n"
                        + " -----END PGP PUBLIC KEY BLOCK-----\n");
        assertThat(sources.get(0).signedBy())
                .containsExactly("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEY\n-----END PGP PUBLIC KEY BLOCK-----\n");
    }

    @Test
    void armorAndPacketsAreTheSameKeys() {
        Random random = new Random(3);
        for (int length = 1; length < 200; length++) {
            byte[] packets = new byte[length];
            random.nextBytes(packets);
            packets[0] |= (byte) 0x80;
            String armored = Armor.of(packets);
            assertThat(Armor.packets(armored.getBytes(StandardCharsets.UTF_8))).isEqualTo(packets);
            assertThat(Armor.packets(packets)).isEqualTo(packets);
        }
        // RFC 9580, 6.1.1: the checksum of nothing is the seed.
        assertThat(Armor.of(new byte[0])).contains("\n=twTO\n");
    }

    @Test
    void twoBlocksAndHeadersAreJoined() {
        String block = Armor.of(new byte[] {(byte) 0x99, 1, 2});
        String withHeader = block.replaceFirst("-----\n\n", "-----\nComment: x\n\n");
        assertThat(Armor.packets((block + "text between\n" + withHeader).getBytes(StandardCharsets.UTF_8)))
                .containsExactly(0x99, 1, 2, 0x99, 1, 2);
    }

    @Test
    void whatIsNoKeyIsRefused() {
        Random random = new Random(5);
        String block = Armor.of(new byte[] {(byte) 0x99, 1, 2, 3, 4, 5, 6});
        for (int round = 0; round < 500; round++) {
            byte[] text = block.getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 3; i++) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(128);
            }
            try {
                assertThat(Armor.packets(text)).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
        assertThatThrownBy(() -> Armor.packets("hello".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("no OpenPGP public key");
    }

    @Test
    void thisMachinesSourcesHaveTheirKeys() throws IOException {
        Path parts = Files.createDirectories(root.resolve("etc/apt/sources.list.d"));
        Path trusted = Files.createDirectories(root.resolve("etc/apt/trusted.gpg.d"));
        Files.createDirectories(root.resolve("k"));
        Files.write(root.resolve("k/a.gpg"), new byte[] {(byte) 0x99, 1});
        Files.write(
                trusted.resolve("b.asc"), Armor.of(new byte[] {(byte) 0x99, 2}).getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                parts.resolve("a.sources"),
                "Types: deb\nURIs: http://archive.example.org/d\nSuites: s\nComponents: c\nSigned-By: /k/a.gpg\n");
        Files.writeString(parts.resolve("b.list"), "deb http://archive.example.org/d t c\n");
        Files.writeString(parts.resolve("c.list.disabled"), "deb http://archive.example.org/d u c\n");
        HostSources host = new HostSources(root);
        List<AptSource> sources = host.found().sources();
        assertThat(sources).extracting(AptSource::suite).containsExactly("s", "t");
        assertThat(Armor.packets(host.keys(sources.get(0)).getBytes(StandardCharsets.UTF_8)))
                .containsExactly(0x99, 1);
        assertThat(Armor.packets(host.keys(sources.get(1)).getBytes(StandardCharsets.UTF_8)))
                .containsExactly(0x99, 2);
    }
}
