package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.RepoServerOptions.Surroundings;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.s3.S3Settings;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RepoServerConfigTest {
    private static final Surroundings PERSON = new Surroundings(false, Path.of("/home/alice"), "desk7", "amd64", "");
    private static final Surroundings ROOT = new Surroundings(true, Path.of("/root"), "depot", "aarch64", "");

    @Test
    void withoutAnythingToldAllIsEmbeddedAndLocal() {
        assertThat(config(Map.of(), PERSON))
                .isEqualTo(new RepoServerConfig(
                        Path.of("/home/alice/.local/state/cloister/repo"),
                        "127.0.0.1",
                        8480,
                        Optional.empty(),
                        "embedded",
                        "127.0.0.1",
                        "cloister/desk7",
                        new Architecture("amd64"),
                        4L * 1024 * 1024 * 1024,
                        Optional.empty(),
                        Optional.empty(),
                        2000,
                        "desk7",
                        Optional.empty(),
                        false));
    }

    @Test
    void thePoolIsInABucketIfOneIsTold() {
        Map<String, String> keys = Map.of("CLOISTER_REPO_S3_ACCESS_KEY", "a", "CLOISTER_REPO_S3_SECRET_KEY", "s");
        assertThat(config(keys, PERSON, "--pool", "s3://b-1/p").bucket())
                .contains(S3Settings.of("s3://b-1/p", "", "us-east-1", "host", "a", "s"));
        assertThat(config(Map.of("CLOISTER_REPO_POOL", "s3://b-1"), PERSON, "--s3-endpoint", "http://store:9000")
                        .bucket())
                .contains(S3Settings.of("s3://b-1", "http://store:9000", "us-east-1", "path", "", ""));
        assertThatThrownBy(() -> config(Map.of(), PERSON, "--s3-endpoint", "http://store:9000"))
                .hasMessageContaining("--pool");
        assertThatThrownBy(() -> config(Map.of(), PERSON, "--pool", "s3://b-1", "--upload-limit", "6000000000"))
                .hasMessageContaining("5 GiB");
    }

    @Test
    void whatIsEmbeddedIsNotShared() {
        String database = "jdbc:postgresql://db/cloister";
        assertThat(config(Map.of(), PERSON).isShared()).isFalse();
        assertThat(config(Map.of(), PERSON, "--postgres", database).isShared()).isFalse();
        assertThat(config(Map.of(), PERSON, "--kafka", "none").isShared()).isFalse();
        assertThat(config(Map.of(), PERSON, "--postgres", database, "--kafka", "none")
                        .isShared())
                .isTrue();
        assertThat(config(Map.of(), PERSON, "--postgres", database, "--kafka", "broker:9092")
                        .isShared())
                .isTrue();
        assertThat(config(Map.of(), PERSON, "--postgres", database, "--kafka", "none", "--alone")
                        .isShared())
                .isFalse();
        assertThat(config(Map.of(), PERSON).process()).isEqualTo("desk7-8480");
    }

    @Test
    void theStateIsWhereItsOwnersStateIs() {
        assertThat(config(Map.of(), ROOT).state()).isEqualTo(Path.of("/var/lib/cloister/repo"));
        assertThat(config(Map.of(), ROOT).architecture()).isEqualTo(new Architecture("arm64"));
        assertThat(config(Map.of("XDG_STATE_HOME", "/x"), PERSON).state()).isEqualTo(Path.of("/x/cloister/repo"));
        assertThat(config(Map.of("XDG_STATE_HOME", "relative"), PERSON).state())
                .isEqualTo(Path.of("/home/alice/.local/state/cloister/repo"));
        assertThat(config(Map.of("CLOISTER_REPO_STATE", "/s"), ROOT).state()).isEqualTo(Path.of("/s"));
        assertThat(config(Map.of("CLOISTER_REPO_STATE", "/s"), ROOT, "--state", "/t")
                        .state())
                .isEqualTo(Path.of("/t"));
    }

    @Test
    void optionsCountMoreThanTheEnvironment() {
        Map<String, String> environment = Map.of(
                "CLOISTER_REPO_PORT", "1",
                "CLOISTER_REPO_BIND", "0.0.0.0",
                "CLOISTER_REPO_KAFKA", "kafka:9092",
                "CLOISTER_REPO_POSTGRES", "jdbc:postgresql://db/cloister",
                "CLOISTER_REPO_POSTGRES_USER", "u",
                "CLOISTER_REPO_POSTGRES_PASSWORD", "p",
                "CLOISTER_REPO_UPLOAD_LIMIT", "77");
        RepoServerConfig told = config(environment, PERSON);
        assertThat(told.port()).isEqualTo(1);
        assertThat(told.bind()).isEqualTo("0.0.0.0");
        assertThat(told.kafka()).isEqualTo("kafka:9092");
        assertThat(told.postgres()).contains(new DatabaseAccess("jdbc:postgresql://db/cloister", "u", "p"));
        assertThat(told.uploadLimit()).isEqualTo(77);
        RepoServerConfig chosen =
                config(environment, PERSON, "--port", "2", "--kafka", "none", "--postgres", "embedded");
        assertThat(chosen.port()).isEqualTo(2);
        assertThat(chosen.hasKafka()).isFalse();
        assertThat(chosen.postgres()).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefusedWithTheReason() {
        assertThatThrownBy(() -> config(Map.of(), PERSON, "--port", "70000")).hasMessageContaining("70000");
        assertThatThrownBy(() -> config(Map.of(), PERSON, "--postgres", "mysql://x"))
                .hasMessageContaining("JDBC");
        assertThatThrownBy(() -> config(Map.of("CLOISTER_REPO_PORT", "x"), PERSON))
                .hasMessageContaining("CLOISTER_REPO_PORT");
        assertThatThrownBy(() -> config(Map.of(), PERSON, "--name", "a b")).hasMessageContaining("blanks");
    }

    private static RepoServerConfig config(Map<String, String> environment, Surroundings here, String... arguments) {
        RepoServerOptions options = new RepoServerOptions();
        new CommandLine(options).parseArgs(arguments);
        return options.config(environment, here);
    }

    @Test
    void theProxyIsAptsOwnOrThatOfTheEnvironment() {
        Surroundings apt =
                new Surroundings(false, Path.of("/home/alice"), "desk7", "amd64", "http://apt.example.org:1/");
        Surroundings direct = new Surroundings(false, Path.of("/home/alice"), "desk7", "amd64", "DIRECT");
        Map<String, String> environment = Map.of("http_proxy", "http://env.example.org:2/");

        assertThat(new RepoServerOptions().config(environment, apt).proxy())
                .contains(URI.create("http://apt.example.org:1/"));
        assertThat(new RepoServerOptions().config(environment, PERSON).proxy())
                .contains(URI.create("http://env.example.org:2/"));
        assertThat(new RepoServerOptions().config(environment, direct).proxy()).isEmpty();
        assertThat(new RepoServerOptions().config(Map.of(), PERSON).proxy()).isEmpty();
        assertThat(AptProxy.value("proxy='http://apt.example.org:1/'\n")).isEqualTo("http://apt.example.org:1/");
        assertThat(AptProxy.value("")).isEmpty();
    }
}
