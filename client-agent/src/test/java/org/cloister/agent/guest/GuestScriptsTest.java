package org.cloister.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The perl of {@code bin/guest.d} and {@code bin/desktop.d}; its rules stand in {@code pure.pl} of {@code src/test/resources/guest} and {@code desktop}. */
class GuestScriptsTest {
    private static final Path MODULES =
            Path.of("../bin/guest.d").toAbsolutePath().normalize();
    private static final int FEWEST = 29;
    private static final int FEWEST_OF_DESKTOP = 12;

    @TestFactory
    List<DynamicTest> pureParts() throws IOException, InterruptedException {
        return rules("guest", FEWEST);
    }

    @TestFactory
    List<DynamicTest> displayAndSound() throws IOException, InterruptedException {
        return rules("desktop", FEWEST_OF_DESKTOP);
    }

    private static List<DynamicTest> rules(String of, int fewest) throws IOException, InterruptedException {
        long seed = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
        List<String> lines = perl(
                "-I" + MODULES.resolveSibling("desktop.d"),
                "src/test/resources/" + of + "/pure.pl",
                MODULES.toString(),
                Long.toString(seed));
        assertThat(lines).as("tests that ran: %s", lines).hasSizeGreaterThanOrEqualTo(fewest);
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(
                        line.replaceAll("^(not )?ok ", "").replaceAll(":.*", ""),
                        () -> assertThat(line).startsWith("ok ")))
                .toList();
    }

    /** In a guest it has no modules to load, and no warnings either. */
    @Test
    void theFirstProcessOfAGuestIsStrict() throws IOException, InterruptedException {
        assertThat(perl("-Mstrict", "-Mwarnings=FATAL,all", "-Mwarnings=NONFATAL,exec", "-c", MODULES + "/init"))
                .last()
                .asString()
                .endsWith("syntax OK");
    }

    private static List<String> perl(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("perl").redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        process.waitFor();
        return lines;
    }
}
