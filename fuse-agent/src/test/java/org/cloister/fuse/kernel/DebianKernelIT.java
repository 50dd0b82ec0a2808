package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Debian 12's own kernel (6.1), whatever this machine runs: bin/kernel-test boots it in User-mode Linux. */
class DebianKernelIT {
    private static final int CAN_NOT_RUN = 77;

    @Test
    void theMountWorksOnDebiansOwnKernel() throws Exception {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/usr/bin/linux.uml")),
                "skipped: user-mode-linux is not installed (bin/kernel-test and bin/test install it)");
        Path top = Path.of("").toAbsolutePath();
        while (!Files.exists(top.resolve("bin/kernel-test"))) {
            top = Objects.requireNonNull(top.getParent(), "no bin/kernel-test above the tests");
        }
        Process process = new ProcessBuilder(top.resolve("bin/kernel-test").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        Assumptions.assumeTrue(status != CAN_NOT_RUN, said);
        assertThat(status).as(said).isZero();
        assertThat(said).contains("guest: Linux 6.1").contains(" passed, 0 failed");
    }
}
