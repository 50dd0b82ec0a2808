package org.cloister.repo;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.http.TlsFiles;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.s3.S3Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every subcommand takes. What isn't given comes from the environment, then from the defaults. */
final class RepoServerOptions {
    private static final String PREFIX = "CLOISTER_REPO_";

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = {
                "Where everything is kept (CLOISTER_REPO_STATE).",
                "Default: /var/lib/cloister/repo for root, otherwise $XDG_STATE_HOME/cloister/repo."
            })
    @Nullable
    Path state;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to listen on; 0: any free one (CLOISTER_REPO_PORT). Default: 8480.")
    @Nullable
    Integer port;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description = "Address to listen on (CLOISTER_REPO_BIND). Default: 127.0.0.1.")
    @Nullable
    String bind;

    @Option(
            names = "--postgres",
            paramLabel = "JDBC-URL|embedded",
            description = {
                "The database (CLOISTER_REPO_POSTGRES). Default: embedded.",
                "User and password: CLOISTER_REPO_POSTGRES_USER, CLOISTER_REPO_POSTGRES_PASSWORD."
            })
    @Nullable
    String postgres;

    @Option(
            names = "--kafka",
            paramLabel = "BOOTSTRAP|embedded|none",
            description = {
                "Kafka's bootstrap servers (CLOISTER_REPO_KAFKA). Default: embedded.",
                "With none, agents read the events over HTTP."
            })
    @Nullable
    String kafka;

    @Option(
            names = "--kafka-host",
            paramLabel = "ADDRESS",
            description = {
                "Address under which agents reach the embedded Kafka (CLOISTER_REPO_KAFKA_HOST). Default: 127.0.0.1.",
                "Whoever reaches it can read and write the topics."
            })
    @Nullable
    String kafkaHost;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = {
                "The log's name in checkpoints, for ever; taken on the first start (CLOISTER_REPO_NAME).",
                "Default: cloister/ and this machine's name."
            })
    @Nullable
    String name;

    @Option(
            names = "--architecture",
            paramLabel = "ARCH",
            description = "Whose packages closures are made of (CLOISTER_REPO_ARCHITECTURE). Default: this machine's.")
    @Nullable
    String architecture;

    @Option(
            names = "--upload-limit",
            paramLabel = "BYTES",
            description = "The largest package that is taken (CLOISTER_REPO_UPLOAD_LIMIT). Default: 4 GiB.")
    @Nullable
    Long uploadLimit;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = {
                "Answer by TLS with this certificate chain, PEM (CLOISTER_REPO_TLS_CERTIFICATE).",
                "Default: none, plain HTTP; behind a proxy that has one, or on a trusted network."
            })
    @Nullable
    String tlsCertificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "Its key, PEM, PKCS #8 without a pass phrase (CLOISTER_REPO_TLS_KEY).")
    @Nullable
    String tlsKey;

    @Option(
            names = "--client-ca",
            paramLabel = "FILE",
            description = {
                "Let in only clients with a certificate by one of these authorities, PEM (CLOISTER_REPO_CLIENT_CA).",
                "Their tokens say what they may do, as without."
            })
    @Nullable
    String clientAuthority;

    @Option(
            names = "--request-rate",
            paramLabel = "N",
            description = {
                "Requests of one caller in a second; more get 429 (CLOISTER_REPO_REQUEST_RATE).",
                "Default: 2000; 0: as many as there are."
            })
    @Nullable
    Integer requestRate;

    @Option(
            names = "--pool",
            paramLabel = "s3://BUCKET[/PREFIX]",
            description = {
                "Keep the pool's content in this bucket of an S3-compatible store (CLOISTER_REPO_POOL).",
                "Default: in the state directory. Keys: CLOISTER_REPO_S3_ACCESS_KEY, CLOISTER_REPO_S3_SECRET_KEY,",
                "otherwise where Amazon's tools look for them."
            })
    @Nullable
    String pool;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "The store's address (CLOISTER_REPO_S3_ENDPOINT). Default: Amazon's of the region.")
    @Nullable
    String s3Endpoint;

    @Option(
            names = "--s3-region",
            paramLabel = "REGION",
            description = "The bucket's region (CLOISTER_REPO_S3_REGION). Default: us-east-1.")
    @Nullable
    String s3Region;

    @Option(
            names = "--s3-addressing",
            paramLabel = "path|host",
            description = {
                "Whether requests name the bucket in the path or in the host's name (CLOISTER_REPO_S3_ADDRESSING).",
                "Default: path with --s3-endpoint, otherwise host."
            })
    @Nullable
    String s3Addressing;

    @Option(
            names = "--alone",
            description = {
                "Let no other process work on the same state directory (CLOISTER_REPO_ALONE=yes); so it is with"
                        + " anything embedded.",
                "Collecting the pool needs it."
            })
    boolean alone;

    /**
     * What the defaults depend on.
     *
     * @param aptProxy through which this machine's apt goes; empty if through none
     */
    record Surroundings(boolean root, Path home, String machine, String javaArchitecture, String aptProxy) {}

    /** @throws IllegalArgumentException if a value makes no sense, with the reason */
    RepoServerConfig config(Map<String, String> environment, Surroundings here) {
        String url = text(postgres, environment, "POSTGRES", RepoServerConfig.EMBEDDED);
        return new RepoServerConfig(
                state != null ? state : defaultState(environment, here),
                text(bind, environment, "BIND", RepoServerConfig.DEFAULT_BIND),
                Math.toIntExact(number(port, environment, "PORT", RepoServerConfig.DEFAULT_PORT)),
                url.equals(RepoServerConfig.EMBEDDED) ? Optional.empty() : Optional.of(access(url, environment)),
                text(kafka, environment, "KAFKA", RepoServerConfig.EMBEDDED),
                text(kafkaHost, environment, "KAFKA_HOST", RepoServerConfig.DEFAULT_BIND),
                text(name, environment, "NAME", "cloister/" + here.machine()),
                new Architecture(text(architecture, environment, "ARCHITECTURE", debian(here.javaArchitecture()))),
                number(uploadLimit, environment, "UPLOAD_LIMIT", RepoServerConfig.DEFAULT_UPLOAD_LIMIT),
                proxy(environment, here),
                tls(environment),
                Math.toIntExact(
                        number(requestRate, environment, "REQUEST_RATE", RepoServerConfig.DEFAULT_REQUEST_RATE)),
                here.machine(),
                bucket(environment),
                alone || text(null, environment, "ALONE", "").equals("yes"));
    }

    private Optional<S3Settings> bucket(Map<String, String> environment) {
        String place = text(pool, environment, "POOL", "");
        String endpoint = text(s3Endpoint, environment, "S3_ENDPOINT", "");
        if (place.isEmpty()) {
            if (!endpoint.isEmpty()) {
                throw new IllegalArgumentException("--s3-endpoint needs a bucket: --pool s3://BUCKET");
            }
            return Optional.empty();
        }
        return Optional.of(S3Settings.of(
                place,
                endpoint,
                text(s3Region, environment, "S3_REGION", "us-east-1"),
                text(s3Addressing, environment, "S3_ADDRESSING", endpoint.isEmpty() ? "host" : "path"),
                environment.getOrDefault(PREFIX + "S3_ACCESS_KEY", ""),
                environment.getOrDefault(PREFIX + "S3_SECRET_KEY", "")));
    }

    private Optional<TlsFiles> tls(Map<String, String> environment) {
        String certificate = text(tlsCertificate, environment, "TLS_CERTIFICATE", "");
        String key = text(tlsKey, environment, "TLS_KEY", "");
        String authority = text(clientAuthority, environment, "CLIENT_CA", "");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("TLS needs both, --tls-certificate and --tls-key");
        }
        if (certificate.isEmpty()) {
            if (!authority.isEmpty()) {
                throw new IllegalArgumentException("--client-ca needs TLS: --tls-certificate and --tls-key");
            }
            return Optional.empty();
        }
        return Optional.of(new TlsFiles(
                Path.of(certificate),
                Path.of(key),
                authority.isEmpty() ? Optional.empty() : Optional.of(Path.of(authority))));
    }

    /** The variable that curl, wget and apt read too, and before it what apt is told in its own settings. */
    private static Optional<URI> proxy(Map<String, String> environment, Surroundings here) {
        String told = here.aptProxy().isBlank() ? environment.getOrDefault("http_proxy", "") : here.aptProxy();
        return told.isBlank() || told.strip().equals("DIRECT")
                ? Optional.empty()
                : Optional.of(URI.create(told.strip()));
    }

    private static Path defaultState(Map<String, String> environment, Surroundings here) {
        String told = environment.get(PREFIX + "STATE");
        if (told != null && !told.isBlank()) {
            return Path.of(told);
        }
        if (here.root()) {
            return Path.of("/var/lib/cloister/repo");
        }
        String xdg = environment.get("XDG_STATE_HOME");
        boolean usable = xdg != null && Path.of(xdg).isAbsolute();
        Path base = usable ? Path.of(xdg) : here.home().resolve(".local/state");
        return base.resolve("cloister/repo");
    }

    private static DatabaseAccess access(String url, Map<String, String> environment) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "--postgres is a JDBC URL (jdbc:postgresql://HOST/DATABASE) or embedded");
        }
        return new DatabaseAccess(
                url,
                environment.getOrDefault(PREFIX + "POSTGRES_USER", "cloister"),
                environment.getOrDefault(PREFIX + "POSTGRES_PASSWORD", ""));
    }

    private static String text(
            @Nullable String option, Map<String, String> environment, String variable, String absent) {
        String told = option != null ? option : environment.get(PREFIX + variable);
        return told == null || told.isBlank() ? absent : told;
    }

    private static long number(@Nullable Number option, Map<String, String> environment, String variable, long absent) {
        String told = environment.get(PREFIX + variable);
        if (option != null || told == null || told.isBlank()) {
            return option != null ? option.longValue() : absent;
        }
        try {
            return Long.parseLong(told.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + variable + " is not a number: " + told, e);
        }
    }

    /** Debian's name of the machine's architecture. */
    private static String debian(String java) {
        return switch (java.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }
}
