package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cloister.events.sign.SignedRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trust root from its keys to its successor, with files alone, and how it is sent. */
class TrustVerbsTest {
    @TempDir
    Path directory;

    private String run(CommandLineTool tool, String... arguments) {
        CommandLineTool.Result result = tool.run(arguments);
        assertThat(result.status()).as(result.err()).isZero();
        return result.out();
    }

    private SignedRoot root(String name) throws IOException {
        return SignedRoot.parse(Files.readString(directory.resolve(name)));
    }

    @Test
    void aRootIsMadeSignedRotatedAndPublished() throws Exception {
        CommandLineTool tool = new CommandLineTool(directory, null);
        String log = new LogFixture(1).key().text();
        run(tool, "key", "new", "a.pem");
        run(tool, "key", "new", "b.pem");
        run(tool, "key", "new", "c.pem");
        List<String> init = new ArrayList<>(List.of("trust", "init", "root.1", "--log-key", log));
        Collections.addAll(init, "--expires-in", "30d", "--threshold", "2");
        Collections.addAll(init, "--root-key", "a.pem.pub", "--root-key", "b.pem.pub");
        assertThat(run(tool, init.toArray(String[]::new))).contains("signed by   0 of its own root keys; 2 must");
        assertThat(run(tool, "trust", "sign", "root.1", "--key", "a.pem")).contains("signed by   1 of");
        assertThat(root("root.1").objection(null)).contains("1 of its own");
        assertThat(run(tool, "trust", "sign", "root.1", "--key", "b.pem")).contains("signed by   2 of");
        assertThat(root("root.1").objection(null)).isNull();

        run(
                tool,
                "trust",
                "rotate",
                "root.1",
                "root.2",
                "--root-key",
                "c.pem.pub",
                "--threshold",
                "1",
                "--expires-in",
                "9d");
        for (String key : List.of("a.pem", "b.pem", "c.pem")) {
            assertThat(root("root.2").objection(root("root.1"))).isNotNull();
            run(tool, "trust", "sign", "root.2", "--key", key);
        }
        assertThat(root("root.2").objection(root("root.1"))).isNull();
        assertThat(tool.run(
                                "trust",
                                "init",
                                "root.2",
                                "--log-key",
                                log,
                                "--root-key",
                                "a.pem.pub",
                                "--expires-in",
                                "9d")
                        .err())
                .contains("is there already");

        try (FakeRepository repository = new FakeRepository()) {
            repository.on("POST /v1/trust/roots", 201, "{\"version\":1,\"position\":7}");
            repository.on("GET /v1/trust/roots", 200, "{\"roots\":[{\"version\":1}]}");
            repository.replace("GET /v1/trust/roots/1", Files.readAllBytes(directory.resolve("root.1")));
            tool.configuration = repository.configuration();
            assertThat(run(tool, "trust", "publish", "root.1")).contains("Version 1 is the repository's trust root");
            assertThat(run(tool, "trust", "show", "--raw"))
                    .isEqualTo(root("root.1").document());
            assertThat(run(tool, "trust", "show", "root.1", "--json")).contains("\"signers\":2");
        }
        Files.writeString(directory.resolve("root.1"), "altered");
        assertThat(tool.run("trust", "show", "root.1").err()).contains("can't be used");
    }
}
