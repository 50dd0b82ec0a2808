package org.cloister.repo.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real packages beside dpkg, and a large one in a small heap. */
class DebImporterIT {
    private static final long GIB = 1L << 30;
    /** Links, modes, many control members, several architectures at once, setuid. */
    private static final List<String> PACKAGES = List.of("hello", "coreutils", "libc6", "passwd", "perl-base", "dpkg");

    @TempDir
    private Path directory;

    @Test
    void realPackagesBecomeWhatDpkgMakesOfThem() throws Exception {
        List<Path> debs = download();
        assumeTrue(!debs.isEmpty(), "skipped: apt-get download works on no package here (no apt, or no network)");
        try (ImportFixture fixture = new ImportFixture(directory.resolve("pool"), ImportLimits.defaults())) {
            for (Path deb : debs) {
                ImportResult result = fixture.importBytes(Files.readAllBytes(deb));
                assertThat(result).as(deb.toString()).isInstanceOf(ImportResult.Imported.class);
                ImportResult.Imported imported = (ImportResult.Imported) result;
                Manifest layer = fixture.manifest(imported.layer());
                compareWithDpkg(deb, layer);
                compareList(fixture, imported, layer);
            }
        }
    }

    private List<Path> download() throws Exception {
        Path into = Files.createDirectories(directory.resolve("debs"));
        for (String name : PACKAGES) {
            run(into, "apt-get", "-q", "download", name);
        }
        try (Stream<Path> files = Files.list(into)) {
            return files.filter(file -> file.toString().endsWith(".deb")).toList();
        }
    }

    /** The output's lines, or none if the program fails or is missing. */
    private static List<String> run(Path in, String... command) throws Exception {
        Path out = Files.createTempFile(in, "out", "");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean good = process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
            process.destroyForcibly();
            return good ? Files.readAllLines(out) : List.of();
        } catch (IOException e) {
            return List.of();
        } finally {
            Files.delete(out);
        }
    }

    /** {@code dpkg-deb --contents} against the manifest: path, type, permissions, size and target. */
    private void compareWithDpkg(Path deb, Manifest layer) throws Exception {
        Map<String, String> wanted = new TreeMap<>();
        for (String line : run(directory, "dpkg-deb", "--contents", deb.toString())) {
            String[] fields = line.split("\\s+", 6);
            String[] name = fields[5].split(" -> | link to ", 2);
            String path = BaseLayer.canonicalPath(name[0].replaceAll("^\\./|/$", ""));
            char type = fields[0].charAt(0);
            if (!path.isEmpty() && type != 'h') {
                wanted.put(path, line(type, fields[0], type == '-' ? fields[2] : "0", type == 'l' ? name[1] : ""));
            }
        }
        assertThat(wanted).isNotEmpty();
        Map<String, String> found = new TreeMap<>();
        for (ManifestEntry entry : layer.entries()) {
            if (wanted.containsKey(entry.path()) && entry.type() != EntryType.HARD_LINK) {
                found.put(entry.path(), line(entry));
            }
        }
        wanted.keySet()
                .removeIf(path -> ImportFixture.find(layer, path).orElseThrow().type() == EntryType.HARD_LINK);
        assertThat(found).containsExactlyInAnyOrderEntriesOf(wanted);
    }

    private static String line(char type, String mode, String size, String target) {
        return type + (type == 'l' ? "" : mode.substring(1)) + " " + size + " " + target;
    }

    private static String line(ManifestEntry entry) {
        char type = switch (entry.type()) {
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case FILE -> '-';
            default -> '?';
        };
        String target = type == 'l' ? entry.argument() : "";
        return line(type, "?" + permissions(entry.mode()), Long.toString(entry.size()), target);
    }

    private static String permissions(int mode) {
        StringBuilder text = new StringBuilder();
        for (int shift = 6; shift >= 0; shift -= 3) {
            int bits = mode >> shift;
            text.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-');
            boolean special = (mode & (shift == 6 ? 04000 : shift == 3 ? 02000 : 01000)) != 0;
            char set = shift == 0 ? 't' : 's';
            text.append(special ? ((bits & 1) != 0 ? set : Character.toUpperCase(set)) : (bits & 1) != 0 ? 'x' : '-');
        }
        return text.toString();
    }

    /** Against dpkg's own database, where this very version is installed. */
    private static void compareList(ImportFixture fixture, ImportResult.Imported imported, Manifest layer)
            throws Exception {
        String name = imported.id().name().text();
        String status = "dpkg-query -W -f ${db:Status-Abbrev}${Version}";
        List<String> installed = run(Path.of("/tmp"), (status + " " + name).split(" "));
        String info = "/var/lib/dpkg/info/" + name;
        String member = Files.exists(Path.of(info + ".list"))
                ? name
                : name + ":" + imported.id().architecture();
        Path list = Path.of("/var/lib/dpkg/info/" + member + ".list");
        if (installed.equals(List.of("ii " + imported.id().version())) && Files.exists(list)) {
            List<String> theirs = Files.readAllLines(list).stream().sorted().toList();
            List<String> ours = fixture.text(layer, "var/lib/dpkg/info/" + member + ".list")
                    .lines()
                    .sorted()
                    .toList();
            assertThat(ours).as(member).isEqualTo(theirs);
        }
        assertThat(layer.entries())
                .anyMatch(entry -> entry.path().startsWith("var/lib/dpkg/info/" + name)
                        && entry.path().endsWith(".list"));
    }

    @Test
    void aPackageOfOneGibibyteNeedsNoLargeHeap() throws Exception {
        Path pool = directory.resolve("large-pool");
        assumeTrue(
                Files.getFileStore(directory).getUsableSpace() > 4 * GIB,
                "skipped: less than 4 GiB are free in " + directory);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                LargeImport.class.getName(),
                pool.toString(),
                Long.toString(GIB)));
        Path out = directory.resolve("out");
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = child.waitFor(5, TimeUnit.MINUTES);
        child.destroyForcibly();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(child.exitValue()).as(said).isZero();
        System.out.println(said.lines().filter(line -> line.contains("GiB")).collect(Collectors.joining("\n")));
    }
}
