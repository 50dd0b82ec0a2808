package org.cloister.repo.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What templates leave to the template engine's escaping, and what the policy would refuse anyway. */
class TemplatesTest {
    private static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "main", "jte"))) {
            return files.toList();
        }
    }

    @Test
    void nothingIsShownUnescaped() throws IOException {
        assertThat(templates()).hasSizeGreaterThan(10);
        for (Path template : templates()) {
            assertThat(Files.readString(template))
                    .as("%s", template)
                    .doesNotContain("$unsafe")
                    .doesNotContain("@raw");
        }
    }

    @Test
    void noScriptAndNoStyleStandsInAPage() throws IOException {
        for (Path template : templates()) {
            assertThat(Files.readString(template))
                    .as("%s", template)
                    .doesNotContainPattern("\\son[a-z]+=")
                    .doesNotContain(" style=")
                    .doesNotContain("<style")
                    .doesNotContainPattern("<script(?! src=)")
                    .doesNotContainPattern("(src|href)=\"(https?:)?//");
        }
    }
}
