package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.Assumptions;
import org.cloister.agent.root.Confinement;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.root.SystemCallFilter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox of maintainer scripts against what a script tries ({@code attempts.pl}; EscapesIT has the other places). */
class ConfigureSandboxIT {
    private static final String SECRET = "ESCAPE-SECRET";

    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void root() throws IOException, InterruptedException {
        boolean possible =
                System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/usr/bin/bwrap"));
        if (!possible) {
            System.out.println("ConfigureSandboxIT skipped: not root, or no bubblewrap");
        }
        Assumptions.assumeThat(possible).isTrue();
        copy("/org/cloister/agent/supervise/tiny-root", temp.resolve("tiny-root"));
        root = temp.resolve("root");
        Process tiny = new ProcessBuilder("sh", temp.resolve("tiny-root").toString(), root.toString())
                .inheritIO()
                .start();
        assertThat(tiny.waitFor()).isZero();
        for (String name : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(name), Path.of("usr/" + name));
        }
        for (String name : List.of("proc", "dev", "run", "tmp", "sys")) {
            Files.createDirectory(root.resolve(name));
        }
        copy("/org/cloister/agent/escape/attempts.pl", root.resolve("attempts.pl"));
        SystemCallFilter.write(temp.resolve("filter"));
    }

    private static void copy(String resource, Path to) throws IOException {
        try (InputStream in = Objects.requireNonNull(ConfigureSandboxIT.class.getResourceAsStream(resource))) {
            Files.copy(in, to);
        }
    }

    @Test
    void aMaintainerScriptReachesNothingOfTheHost() throws Exception {
        Path victim = Files.createDirectory(temp.resolve("victim"));
        Files.writeString(victim.resolve("secret"), SECRET + "\n");
        Files.writeString(victim.resolve("document"), SECRET + "\n");
        long device = ((Number) Files.getAttribute(temp, "unix:dev")).longValue();
        Files.writeString(
                root.resolve("facts"),
                "victim=" + victim + "\nstate=" + victim + "\nhome=" + victim + "\ngranted=\npid="
                        + ProcessHandle.current().pid() + "\ndisk=" + (device >> 8 & 0xFFF) + ":" + (device & 0xFF)
                        + "\n");
        StringBuilder said = new StringBuilder();
        new ConfigureSandbox(RootUser.ofMachine(), new Confinement(temp.resolve("filter"), List.of()))
                .run(
                        root,
                        "perl /attempts.pl chroot /facts",
                        0,
                        temp.resolve("log"),
                        line -> said.append(line).append('\n'));
        assertThat(said.toString())
                .contains("all attempts made")
                .doesNotContain("ESCAPED")
                .doesNotContain(SECRET);
        assertThat(victim.resolve("escape")).doesNotExist();
    }
}
