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

    /** jOOQ asks to suppress a warning that a newer Java has, where it runs on that. */
    private static String asJava17Writes(String source) {
        return source.replace(", \"this-escape\"", "");
    }

    private static Map<String, String> sources(Path directory) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.put(directory.relativize(file).toString(), asJava17Writes(Files.readString(file)));
            }
        }
        return sources;
    }
}
