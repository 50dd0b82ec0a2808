package org.cloister.repo.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The process of an embedded broker. Prints {@value #READY} when it answers; ends when its standard input ends, which happens
 * however its parent ends.
 */
final class BrokerMain {
    static final String READY = "ready";
    /** An orderly end takes about a second; a broker that can't is not waited for, because it recovers anyway. */
    private static final long ORDERLY_END_MILLIS = 10_000;

    private BrokerMain() {}

    /** @param arguments directory, host, port, controller's port */
    public static void main(String[] arguments) throws Exception {
        BrokerSettings settings = new BrokerSettings(
                Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        try (FileLock lock = awaitFormerBroker(settings.directory())) {
            if (lock.isValid()) {
                run(settings);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void run(BrokerSettings settings) throws Exception {
        format(settings);
        Properties properties = settings.properties();
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        System.out.println(READY);
        awaitEnd(System.in);
        Thread orderlyEnd = new Thread(server::shutdown, "shutdown");
        orderlyEnd.setDaemon(true);
        orderlyEnd.start();
        orderlyEnd.join(ORDERLY_END_MILLIS);
    }

    /** A broker whose parent was killed may still be ending. */
    private static FileLock awaitFormerBroker(Path directory) throws IOException {
        return FileChannel.open(directory.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .lock();
    }

    private static void format(BrokerSettings settings) throws Exception {
        if (Files.exists(settings.logDirectory().resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(System.err)
                .setNodeId(BrokerSettings.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(settings.logDirectory().toString())
                .setMetadataLogDirectory(settings.logDirectory().toString())
                .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setIgnoreFormatted(true)
                .run();
    }

    private static void awaitEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // Nothing is said on it.
        }
    }
}
