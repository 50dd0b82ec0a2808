package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.cloister.agent.root.RootUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootReaderTest {
    @TempDir
    Path temp;

    @Test
    void aFileIsReadWhole() throws IOException {
        Path file = Files.writeString(temp.resolve("f"), "content");
        assertThat(new RootReader(RootUser.ofMachine()).<byte[]>read(file, in -> in.readAllBytes()))
                .isEqualTo("content".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileThatIsNotThereIsNotTakenForOneThatIsKept() {
        assertThatThrownBy(() ->
                        new RootReader(RootUser.ofMachine()).<byte[]>read(temp.resolve("g"), in -> in.readAllBytes()))
                .isInstanceOf(NoSuchFileException.class);
    }
}
