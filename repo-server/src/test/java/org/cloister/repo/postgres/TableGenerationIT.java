package org.cloister.repo.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableGenerationIT {
    private static final Path PACKAGE = Path.of("org/cloister/sql/generated");

    @Test
    void theCommittedTablesAreThoseOfTheMigratedDatabase(@TempDir Path fresh) throws Exception {
        TableGeneration.generate(fresh);

        assertThat(sources(Path.of("../sql/src/main/java").resolve(PACKAGE)))
                .as("run bin/generate-tables and commit")
                .isEqualTo(sources(fresh.resolve(PACKAGE)))
                .isNotEmpty();
    }

    private static Map<String, String> sources(Path directory) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return sources;
    }
}
