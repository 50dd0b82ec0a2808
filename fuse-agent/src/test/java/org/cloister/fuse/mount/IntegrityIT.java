package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shipped content that is damaged below a running root: EIO, never a wrong byte, and right again when it is repaired. */
class IntegrityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Far more than the kernel reads ahead. */
    private static final int LARGE = 16 << 20;

    private static final List<String> ADAPTERS = List.of("kernel", "jnr-fuse");

    @TempDir
    Path temp;

    private StoreFixture store;
    private byte[] content;
    private Path object;
    private LayerId layer;

    @SuppressWarnings("NullAway.Init")
    private Daemon daemon;

    /** How an object can be harmed where it lies. */
    enum Harm {
        FLIPPED("differs from its digest") {
            @Override
            void harm(Path object) throws IOException {
                try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.wrap(new byte[] {7, 7, 7}), LARGE - 5);
                }
            }
        },
        CUT("has another size") {
            @Override
            void harm(Path object) throws IOException {
                try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
                    channel.truncate(LARGE / 2);
                }
            }
        },
        DELETED("missing") {
            @Override
            void harm(Path object) throws IOException {
                Files.delete(object);
            }
        };

        final String words;

        Harm(String words) {
            this.words = words;
        }

        abstract void harm(Path object) throws IOException;
    }

    static Stream<Arguments> everyHarm() {
        return ADAPTERS.stream().flatMap(adapter -> Stream.of(Harm.values()).map(harm -> Arguments.of(adapter, harm)));
    }

    static Stream<String> adapters() {
        return ADAPTERS.stream();
    }

    @BeforeEach
    void ship() throws IOException {
        content = new byte[LARGE];
        new Random(1).nextBytes(content);
        Path shipped = Files.createDirectories(temp.resolve("shipped/lib"));
        Files.write(shipped.resolve("large"), content);
        Files.writeString(shipped.resolve("small"), "small\n");
        store = new StoreFixture(temp.resolve("state"));
        layer = store.layer(temp.resolve("shipped"));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        object = temp.resolve("state").resolve(StoreLayout.object(Digest.of(content)));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    private Path start(String adapter, String... options) throws IOException {
        String[] all = Stream.concat(Stream.of("--mount-adapter", adapter), Stream.of(options))
                .toArray(String[]::new);
        daemon = Daemon.start(temp.resolve("state"), temp.resolve("mount"), all);
        return daemon.root("x").resolve("lib/large");
    }

    private void repair() throws IOException {
        Path fresh = Files.write(temp.resolve("fresh"), content);
        Files.move(fresh, object, StandardCopyOption.ATOMIC_MOVE);
    }

    private JsonNode news(String run, long after, long millis) throws IOException {
        return daemon.ask(
                "{\"op\":\"damaged\",\"run\":\"" + run + "\",\"after\":" + after + ",\"waitMillis\":" + millis + "}");
    }

    private JsonNode check() throws IOException {
        return daemon.ask(
                "{\"op\":\"check\",\"objects\":[{\"object\":\"" + Digest.of(content) + "\",\"size\":" + LARGE + "}]}");
    }

    /** EIO, whether it is told when the file is opened or when it is read. */
    private static void refuses(Path file) {
        assertThatThrownBy(() -> Files.readAllBytes(file)).hasMessageContaining("Input/output error");
    }

    @ParameterizedTest
    @MethodSource("everyHarm")
    void whatIsHarmedBetweenTwoReadsOfAnOpenFileIsNotGivenOut(String adapter, Harm harm) throws IOException {
        Path file = start(adapter, "--scrub-rate", "0");
        try (FileChannel open = FileChannel.open(file)) {
            ByteBuffer start = ByteBuffer.allocate(100);
            open.read(start, 0);
            harm.harm(object);
            assertThatThrownBy(() -> open.read(ByteBuffer.allocate(100), LARGE - 100))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Input/output error");
            assertThat(Files.size(file)).as("a cut object makes no short file").isEqualTo(LARGE);
            assertThat(news("", 0, 10_000).path("damaged").path(0).path("found").asText())
                    .isEqualTo(harm.words);
            refuses(daemon.root("y").resolve("lib/large"));
            repair();
            ByteBuffer end = ByteBuffer.allocate(100);
            open.read(end, LARGE - 100);
            assertThat(end.array()).isEqualTo(java.util.Arrays.copyOfRange(content, LARGE - 100, LARGE));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(news("", 0, 0).path("damaged")).as("whole again").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everyHarm")
    void theScrubFindsItAndWhatTheKernelKeptIsForgotten(String adapter, Harm harm) throws IOException {
        Path file = start(adapter, "--scrub-rate", "1000", "--scrub-pause", "0");
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        try (FileChannel open = FileChannel.open(file)) {
            harm.harm(object);
            JsonNode news = news("", 0, 60_000);
            assertThat(news.path("damaged").path(0).path("object").asText())
                    .isEqualTo(Digest.of(content).toString());
            assertThat(news.path("damaged").path(0).path("size").asLong()).isEqualTo(LARGE);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(() -> open.read(ByteBuffer.allocate(100), LARGE - 100))
                            .hasMessageContaining("Input/output error"));
            refuses(file);
            assertThat(daemon.ask("{\"op\":\"stats\"}").path("damaged")).hasSize(1);
            repair();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(daemon.ask("{\"op\":\"stats\"}").path("damaged"))
                                    .as("the scrub sees that it is whole")
                                    .isEmpty());
            ByteBuffer end = ByteBuffer.allocate(100);
            assertThat(open.read(end, LARGE - 100)).isEqualTo(100);
            assertThat(end.array()).isEqualTo(java.util.Arrays.copyOfRange(content, LARGE - 100, LARGE));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(Files.readString(daemon.root("y").resolve("lib/small"))).isEqualTo("small\n");
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void aProgramThatHasItMappedGetsASignalAndNoWrongByte(String adapter) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: python3 is not installed");
        Path file = start(adapter, "--scrub-rate", "0");
        String script = "import mmap,sys\n"
                + "f=open(sys.argv[1],'rb')\n"
                + "m=mmap.mmap(f.fileno(),0,prot=mmap.PROT_READ)\n"
                + "for line in sys.stdin: print(m[len(m)-5],m[0],flush=True)\n";
        Process mapped = new ProcessBuilder("/usr/bin/python3", "-c", script, file.toString()).start();
        try (BufferedReader out = mapped.inputReader(StandardCharsets.UTF_8)) {
            mapped.getOutputStream().write('\n');
            mapped.getOutputStream().flush();
            String right = (content[LARGE - 5] & 0xff) + " " + (content[0] & 0xff);
            assertThat(out.readLine()).isEqualTo(right);
            Harm.FLIPPED.harm(object);
            assertThat(check().path("damaged")).hasSize(1);
            await().atMost(PATIENCE).until(() -> !isReadable(file));
            mapped.getOutputStream().write('\n');
            mapped.getOutputStream().flush();
            assertThat(out.readLine()).as("it dies before it says anything").isNull();
        }
        assertThat(mapped.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(mapped.exitValue()).as("SIGBUS").isEqualTo(128 + 7);
        repair();
        assertThat(check().path("damaged")).isEmpty();
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    private static boolean isReadable(Path file) {
        try {
            Files.readAllBytes(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatIsOnlyTouchedIsHashedAgainAndGoesOn() throws IOException {
        Path file = start("kernel", "--scrub-rate", "0");
        try (FileChannel open = FileChannel.open(file)) {
            open.read(ByteBuffer.allocate(100), 0);
            Files.setLastModifiedTime(object, java.nio.file.attribute.FileTime.fromMillis(1));
            ByteBuffer end = ByteBuffer.allocate(100);
            assertThat(open.read(end, LARGE - 100)).isEqualTo(100);
            assertThat(end.array()).isEqualTo(java.util.Arrays.copyOfRange(content, LARGE - 100, LARGE));
        }
        assertThat(news("", 0, 0).path("damaged")).isEmpty();
    }

    @Test
    void aDamagedFileIsNotCopiedUp() throws IOException {
        Path file = start("kernel", "--scrub-rate", "0");
        Harm.FLIPPED.harm(object);
        assertThatThrownBy(() -> {
                    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        open.write(ByteBuffer.wrap(new byte[] {1}), 0);
                    }
                })
                .hasMessageContaining("Input/output error");
        repair();
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
            open.write(ByteBuffer.wrap(new byte[] {1}), 0);
        }
        content[0] = 1;
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void newsAreToldOnceToWhoRemembersAndAgainToWhoDoesNot() throws IOException {
        start("kernel", "--scrub-rate", "0");
        assertThat(news("", 0, 0).path("damaged")).isEmpty();
        Harm.DELETED.harm(object);
        assertThat(check().path("damaged")).hasSize(1);
        JsonNode first = news("", 0, 0);
        assertThat(first.path("damaged")).hasSize(1);
        String run = first.path("run").asText();
        long after = first.path("after").asLong();
        assertThat(news(run, after, 50).path("damaged")).as("told already").isEmpty();
        assertThat(news(run, after, 0).path("after").asLong()).isEqualTo(after);
        assertThat(news("another", after, 0).path("damaged"))
                .as("from another run")
                .hasSize(1);
        repair();
        assertThat(check().path("damaged")).isEmpty();
        Harm.CUT.harm(object);
        check();
        JsonNode again = news(run, after, 10_000);
        assertThat(again.path("damaged")).as("damaged anew is news").hasSize(1);
        assertThat(again.path("after").asLong()).isGreaterThan(after);
    }

    @Test
    void aRequestThatAsksForTooMuchIsRefused() throws IOException {
        start("kernel", "--scrub-rate", "0");
        String one = "{\"object\":\"" + Digest.of(content) + "\",\"size\":1},";
        String many = one.repeat(1001);
        JsonNode answer = daemon.ask("{\"op\":\"check\",\"objects\":[" + many.substring(0, many.length() - 1) + "]}");
        assertThat(answer.path("error").asText()).contains("1000");
        assertThat(daemon.ask("{\"op\":\"check\"}").path("ok").asBoolean()).isFalse();
    }

    @Test
    void statsTellHowFarTheScrubIs() throws IOException {
        start("kernel", "--scrub-rate", "1000", "--scrub-pause", "0");
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode scrub = daemon.ask("{\"op\":\"stats\"}").path("scrub");
            assertThat(scrub.path("rate").asLong()).isEqualTo(1000L << 20);
            assertThat(scrub.path("total").asLong()).isEqualTo(LARGE + 6);
            assertThat(scrub.path("ended").asText()).isNotEmpty();
        });
    }

    @Test
    void aManifestThatIsDamagedIsNewsUntilItIsFetchedAgain() throws IOException {
        Path file = start("kernel", "--scrub-rate", "1000", "--scrub-pause", "0");
        Path manifest = temp.resolve("state").resolve(StoreLayout.layer(layer));
        byte[] right = Files.readAllBytes(manifest);
        Files.delete(manifest);
        Files.writeString(manifest, "flipped");
        JsonNode news = news("", 0, 60_000).path("damaged");
        assertThat(news).hasSize(1);
        assertThat(news.path(0).path("manifest").asBoolean()).isTrue();
        assertThat(news.path(0).path("object").asText())
                .isEqualTo(layer.digest().toString());
        assertThat(Files.readAllBytes(file)).as("what is served is in memory").isEqualTo(content);
        Files.write(manifest, right);
        assertThat(news("", 0, 0).path("damaged")).isEmpty();
        assertThat(daemon.ask("{\"op\":\"stats\"}").path("damaged")).isEmpty();
    }
}
