package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of the host, shipped as a layer, run in two roots at the same time. */
class ChrootIT {
    private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");
    private static final List<String> PROGRAMS = List.of("sh", "cat", "mv", "rm", "mkdir", "seq", "ls", "wc");

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr-fuse"})
    void programsRunInTwoRootsAtOnceAndCanNotHurtEachOther(String adapter) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                DirectoryTree.LIBC.access(DirectoryTree.bytes("/root/."), 2) == 0, "skipped: only root can chroot");
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(shipped());
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        try (Daemon daemon = Daemon.start(temp.resolve("state"), temp.resolve("mount"), "--mount-adapter", adapter)) {
            String work = "mkdir /w; for i in $(seq 100); do echo $i > /w/$i; mv /w/$i /w/m$i; done; ls /w | wc -l";
            Process x = chroot(daemon.root("x"), work);
            Process y = chroot(daemon.root("y"), work);
            assertThat(output(x)).isEqualTo("100\n");
            assertThat(output(y)).isEqualTo("100\n");
            Process destroyed = chroot(daemon.root("x"), "rm -rf --no-preserve-root / 2>&-; echo still here");
            assertThat(output(destroyed)).isEqualTo("still here\n");
            assertThat(Files.exists(daemon.root("x").resolve("bin/sh"))).isFalse();
            assertThat(output(chroot(daemon.root("y"), "cat /w/m7"))).isEqualTo("7\n");
            assertThat(daemon.ask("{\"op\":\"reset\",\"root\":\"x\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
            assertThat(output(chroot(daemon.root("x"), "echo back; ls /"))).startsWith("back\nbin\n");
        }
    }

    private static Process chroot(Path root, String script) throws IOException {
        return new ProcessBuilder("chroot", root.toString(), "/bin/sh", "-c", script)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }

    /** A few programs and the libraries that they name. */
    private Path shipped() throws IOException, InterruptedException {
        Path tree = temp.resolve("tree");
        List<Path> files = new ArrayList<>();
        for (String program : PROGRAMS) {
            Path file = Path.of("/bin", program);
            files.add(file);
            Process ldd = new ProcessBuilder("ldd", file.toString()).start();
            Matcher libraries = LIBRARY.matcher(output(ldd));
            while (libraries.find()) {
                files.add(Path.of(libraries.group(1)));
            }
        }
        for (Path file : files) {
            Path copy = tree.resolve(file.toString().substring(1));
            if (!Files.exists(copy)) {
                Files.createDirectories(java.util.Objects.requireNonNull(copy.getParent()));
                Files.copy(file.toRealPath(), copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return tree;
    }
}
