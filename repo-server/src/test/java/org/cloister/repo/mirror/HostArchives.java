package org.cloister.repo.mirror;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.control.Paragraphs;

/** The Debian archives of this machine's deb822 sources, for tests; what the command reads is richer. */
final class HostArchives {
    private HostArchives() {}

    /** One source per suite, named {@code name}, {@code name-updates} and so on; empty if there is none. */
    static List<SyncSource> family(String name) throws IOException {
        Path parts = Path.of("/etc/apt/sources.list.d");
        List<SyncSource> family = new ArrayList<>();
        if (Files.isDirectory(parts)) {
            try (Stream<Path> files = Files.list(parts)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".sources"))
                        .sorted()
                        .toList()) {
                    read(file, name, family);
                }
            }
        }
        return family;
    }

    private static void read(Path file, String name, List<SyncSource> family) throws IOException {
        try (Paragraphs paragraphs = Paragraphs.of(Files.newInputStream(file), ControlLimits.PACKAGE)) {
            for (Paragraph source = paragraphs.next(); source != null; source = paragraphs.next()) {
                String key = source.get("Signed-By");
                boolean debian = source.require("URIs").contains("debian")
                        && source.require("Types").contains("deb");
                if (!debian || key == null || !key.contains("debian") || !Files.isReadable(Path.of(key))) {
                    continue;
                }
                for (String suite : source.require("Suites").split("\\s+")) {
                    int dash = suite.indexOf('-');
                    String mirror = dash < 0 ? name : name + suite.substring(dash);
                    family.add(new SyncSource(
                            new MirrorDefined(
                                    new MirrorName(mirror),
                                    source.require("URIs").replaceAll("/+$", ""),
                                    suite,
                                    List.of(source.require("Components").split("\\s+")),
                                    List.of("amd64"),
                                    armored(Path.of(key))),
                            Optional.empty()));
                }
            }
        }
    }

    private static String armored(Path keyring) throws IOException {
        byte[] bytes = Files.readAllBytes(keyring);
        if (new String(bytes, StandardCharsets.ISO_8859_1).startsWith("-----BEGIN")) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArmoredOutputStream armor = ArmoredOutputStream.builder().build(out)) {
            armor.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.US_ASCII);
    }
}
