package org.cloister.fuse;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootingTest {
    @TempDir
    Path temp;

    private void refuses(Path state, Map<String, String> properties, String what) {
        assertThatThrownBy(() -> Footing.of(state, properties).mustNotLieBelow(temp.resolve("mount")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("choose another place");
    }

    @Test
    void nothingOfItsOwnMayLieBelowTheMount() {
        Path inside = temp.resolve("mount/x/y");
        refuses(inside, Map.of(), "state directory");
        refuses(temp.resolve("mount"), Map.of(), "state directory");
        refuses(temp.resolve("state"), Map.of("java.home", inside.toString()), "JAVA_HOME");
        refuses(temp.resolve("state"), Map.of("java.io.tmpdir", inside.toString()), "TMPDIR");
        refuses(temp.resolve("state"), Map.of("java.class.path", "/usr/a.jar:" + inside), inside.toString());
    }

    @Test
    void aSymbolicLinkHidesNothing() throws IOException {
        Files.createDirectories(temp.resolve("mount/x"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("mount/x"));
        refuses(link.resolve("not/there/yet"), Map.of(), "state directory");
    }

    @Test
    void aNameThatOnlyBeginsLikeTheMountIsElsewhere() {
        assertThatCode(() -> Footing.of(temp.resolve("mount-state"), Map.of("java.home", "/usr/lib/jvm"))
                        .mustNotLieBelow(temp.resolve("mount")))
                .doesNotThrowAnyException();
    }
}
