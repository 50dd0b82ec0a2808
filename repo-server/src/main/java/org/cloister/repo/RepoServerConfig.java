package org.cloister.repo;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.http.TlsFiles;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.s3.S3Settings;

/**
 * What one repository process is told. Made from options and the environment by {@link RepoServerOptions} only.
 *
 * @param state the directory that holds everything that isn't in an external PostgreSQL or Kafka
 * @param bind the address to listen on
 * @param port 0: the system chooses
 * @param postgres an external database, or empty for the embedded one
 * @param kafka bootstrap servers, {@link #EMBEDDED}, or {@link #NONE}
 * @param kafkaHost the address under which an embedded Kafka is reached
 * @param name the log's origin: names it for ever; taken on the first start only
 * @param architecture whose packages closures are made of
 * @param uploadLimit bytes of one uploaded file
 * @param proxy through which upstream archives are reached
 * @param tls with which certificate it answers; empty: without TLS
 * @param requestRate requests of one caller in a second; 0: as many as there are
 * @param machine its name
 * @param bucket where the pool's content is; empty: in the state directory
 * @param alone whether no other process may work on the same state directory, also where nothing is embedded
 */
public record RepoServerConfig(
        Path state,
        String bind,
        int port,
        Optional<DatabaseAccess> postgres,
        String kafka,
        String kafkaHost,
        String name,
        Architecture architecture,
        long uploadLimit,
        Optional<URI> proxy,
        Optional<TlsFiles> tls,
        int requestRate,
        String machine,
        Optional<S3Settings> bucket,
        boolean alone) {
    static final String EMBEDDED = "embedded";
    static final String NONE = "none";
    static final int DEFAULT_PORT = 8480;
    static final String DEFAULT_BIND = "127.0.0.1";
    /** The largest package of Debian is about 1.5 GB. */
    static final long DEFAULT_UPLOAD_LIMIT = 4L << 30;

    /** An agent that begins from nothing asks some hundred times in its first seconds; a script that runs wild asks thousands of times. */
    static final int DEFAULT_REQUEST_RATE = 2_000;

    public RepoServerConfig {
        state = state.toAbsolutePath().normalize();
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is between 0 and 65535, not " + port);
        }
        if (uploadLimit < 1) {
            throw new IllegalArgumentException("the upload limit is at least 1 byte, not " + uploadLimit);
        }
        if (bucket.isPresent() && uploadLimit > S3Settings.MAX_OBJECT) {
            throw new IllegalArgumentException(
                    "a bucket takes at most 5 GiB at once: lower the upload limit, " + uploadLimit + " bytes");
        }
        if (requestRate < 0) {
            throw new IllegalArgumentException(
                    "a request rate is a number of requests in a second, not " + requestRate);
        }
        if (name.isBlank() || name.chars().anyMatch(c -> c <= ' ' || c == '+')) {
            throw new IllegalArgumentException("the log's name has no blanks and no +: " + name);
        }
    }

    boolean embedsPostgres() {
        return postgres.isEmpty();
    }

    boolean embedsKafka() {
        return kafka.equals(EMBEDDED);
    }

    /** Whether other processes may work on the same services and state directory: nothing is embedded, and nobody said otherwise. */
    boolean isShared() {
        return !alone && !embedsPostgres() && !embedsKafka();
    }

    /** Names this process among those that share the state directory; the same after a restart, unless the system chooses the port. */
    String process() {
        return machine + "-" + (port == 0 ? "process" + ProcessHandle.current().pid() : "" + port);
    }

    boolean hasKafka() {
        return !kafka.equals(NONE);
    }
}
