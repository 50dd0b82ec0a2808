package org.cloister.repo.kafka;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Kafka broker in a process of its own, in a directory of ours. It ends with this process, however that ends, and starts again
 * after any kill. Clients are not authenticated: it listens on the loopback interface unless told otherwise.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String LOG_SETTINGS = "org/cloister/repo/kafka/broker-logback.xml";
    private static final String MAX_HEAP = "-Xmx320m";
    private static final int START_ATTEMPTS = 3;
    private static final long END_PATIENCE_SECONDS = 20;

    private final BrokerSettings settings;
    private Process process;

    private EmbeddedKafka(BrokerSettings settings) throws IOException {
        this.settings = settings;
        this.process = launch(settings);
    }

    /** Starts in {@code directory} on the loopback interface; returns when it answers. Later starts find the topics and keep the port. */
    public static EmbeddedKafka start(Path directory) throws IOException {
        return start(directory, LOOPBACK);
    }

    /** @param host an address of this machine that agents elsewhere can reach; anybody who can reach it can read and write the topics */
    public static EmbeddedKafka start(Path directory, String host) throws IOException {
        Path absolute = Files.createDirectories(directory).toRealPath();
        int port = KeptPort.of(absolute.resolve("port"), host);
        int controllerPort = KeptPort.of(absolute.resolve("controller-port"), LOOPBACK);
        return new EmbeddedKafka(new BrokerSettings(absolute, host, port, controllerPort));
    }

    /** What clients connect to. */
    public String bootstrapServers() {
        return settings.host() + ":" + settings.port();
    }

    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isAlive() {
        return process.isAlive();
    }

    /** Starts it again where it left off, stopping it first if it runs; returns when it answers. */
    public synchronized void restart() throws IOException {
        stop();
        process = launch(settings);
    }

    /** A broker that is killed while it starts is started again. */
    private static Process launch(BrokerSettings settings) throws IOException {
        IOException failure = new IOException("Kafka was not tried");
        for (int i = 0; i < START_ATTEMPTS; i++) {
            try {
                return launchOnce(settings);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static Process launchOnce(BrokerSettings settings) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                MAX_HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + LOG_SETTINGS,
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                settings.directory().toString(),
                settings.host(),
                Integer.toString(settings.port()),
                Integer.toString(settings.controllerPort()));
        Path log = settings.directory().resolve("kafka.log");
        Process process = new ProcessBuilder(command)
                .directory(settings.directory().toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); !BrokerMain.READY.equals(line); line = output.readLine()) {
            if (line == null) {
                process.destroyForcibly();
                throw new IOException("Kafka did not start; see " + log);
            }
        }
        return process;
    }

    /** Stops in order, so that the next start needs no recovery. */
    @Override
    public synchronized void close() throws IOException {
        stop();
    }

    private void stop() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka stopped", e);
        }
    }
}
