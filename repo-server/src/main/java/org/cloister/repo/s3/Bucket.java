package org.cloister.repo.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cloister.events.Digest;
import org.cloister.repo.pool.StoreAwayException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * One bucket below one prefix, with limits for time, attempts and connections. Keys are told without the prefix. Thread-safe; blocks.
 * A failure of the store is a {@link StoreAwayException} that says what to do; a key that isn't there is never one.
 */
final class Bucket implements AutoCloseable {
    /** Of one request, with its waiting in between; another client of the store may be in the way for a moment. */
    private static final int ATTEMPTS = 3;

    /** More wait for one that becomes free: imports use {@link S3Store#WIDTH}, answers one for each piece that they read. */
    private static final int CONNECTIONS = 64;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    /** For one attempt, besides the time that its bytes take at the slowest speed that is waited for. */
    private static final Duration ATTEMPT = Duration.ofSeconds(30);

    private static final long SLOWEST_BYTES_PER_SECOND = 256 * 1024;
    private static final String MAKE_IT = "make the bucket there, or bring it back";
    private static final int BUFFER = 256 * 1024;

    private final S3Client client;
    private final S3Settings settings;

    /** @param modified to the second, by the store's clock */
    record Stat(long size, Instant modified) {}

    Bucket(S3Settings settings) {
        this.settings = settings;
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(credentials(settings))
                // Content-MD5 is the checksum that every store knows.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build())
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE)
                        .connectionAcquisitionTimeout(SILENCE)
                        .proxyConfiguration(ProxyConfiguration.builder()
                                .useSystemPropertyValues(false)
                                .useEnvironmentVariableValues(false)
                                .build()))
                .overrideConfiguration(told -> told.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(ATTEMPTS)
                        .build()));
        settings.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        return settings.keys()
                .<AwsCredentialsProvider>map(keys ->
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(keys.access(), keys.secret())))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }

    private String key(String key) {
        return settings.prefix() + key;
    }

    Optional<Stat> stat(String key) throws IOException {
        Optional<Stat> stat = found("looking for " + key, () -> {
            HeadObjectResponse head = client.headObject(
                    request -> request.bucket(settings.bucket()).key(key(key)).overrideConfiguration(patience(0)));
            return new Stat(head.contentLength(), head.lastModified());
        });
        if (stat.isEmpty()) {
            requireBucket();
        }
        return stat;
    }

    /** An answer to HEAD has no body that would tell a missing key from a missing bucket. */
    private void requireBucket() throws IOException {
        boolean there = found(
                        "looking for the bucket",
                        () -> client.headBucket(
                                request -> request.bucket(settings.bucket()).overrideConfiguration(patience(0))))
                .isPresent();
        if (!there) {
            throw new StoreAwayException(
                    "the pool's store " + store() + " has no bucket " + settings.bucket(), MAKE_IT, null);
        }
    }

    private String store() {
        return settings.endpoint().map(URI::toString).orElse("Amazon S3, " + settings.region());
    }

    /**
     * @param length at least 1
     * @throws NoSuchFileException if there is no such key
     */
    byte[] read(String key, long offset, int length) throws IOException {
        byte[] bytes = found(
                        "reading " + key,
                        () -> client.getObject(
                                request -> request.bucket(settings.bucket())
                                        .key(key(key))
                                        .range("bytes=" + offset + "-" + (offset + length - 1))
                                        .overrideConfiguration(patience(length)),
                                (response, content) -> {
                                    if (response.contentLength() != length) {
                                        content.abort();
                                        return new byte[0];
                                    }
                                    return content.readNBytes(length);
                                }))
                .orElseThrow(() -> new NoSuchFileException(key));
        if (bytes.length != length) {
            throw new IOException(key + " has no " + length + " bytes at " + offset + " any more, or "
                    + settings.place() + " takes no ranges");
        }
        return bytes;
    }

    /** All of something small. @throws IOException also if it is larger than {@code limit} */
    Optional<byte[]> read(String key, int limit) throws IOException {
        Optional<byte[]> bytes = found(
                "reading " + key,
                () -> client.getObject(
                        request ->
                                request.bucket(settings.bucket()).key(key(key)).overrideConfiguration(patience(limit)),
                        (response, content) -> {
                            ByteArrayOutputStream all = new ByteArrayOutputStream();
                            all.write(content.readNBytes(limit));
                            if (content.read() >= 0) {
                                content.abort();
                                all.write(0);
                            }
                            return all.toByteArray();
                        }));
        if (bytes.isPresent() && bytes.get().length > limit) {
            throw new IOException(key + " has more than " + limit + " bytes in " + settings.place());
        }
        return bytes;
    }

    /**
     * What the file has becomes visible at once, if it is what the digest names from here to the store's disk; it replaces what was there.
     */
    void put(String key, Path file, Digest digest) throws IOException {
        MessageDigest md5 = md5();
        MessageDigest sha = Digest.sha256();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        try (InputStream in = new DigestInputStream(new DigestInputStream(Files.newInputStream(file), md5), sha)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
            }
        }
        if (!Digest.ofHash(sha.digest()).equals(digest)) {
            throw new IOException(file + " was damaged on this machine's disk before it was sent: it isn't " + digest);
        }
        PutObjectRequest request = request(key, md5, size).build();
        ask("writing " + key, () -> client.putObject(request, RequestBody.fromFile(file)));
    }

    void put(String key, byte[] bytes) throws IOException {
        MessageDigest md5 = md5();
        md5.update(bytes);
        PutObjectRequest request = request(key, md5, bytes.length).build();
        ask("writing " + key, () -> client.putObject(request, RequestBody.fromBytes(bytes)));
    }

    /** If nothing is there, as far as the store can tell that and write in one step. */
    void putNew(String key, byte[] bytes) throws IOException {
        MessageDigest md5 = md5();
        md5.update(bytes);
        PutObjectRequest request =
                request(key, md5, bytes.length).ifNoneMatch("*").build();
        boolean unknown = ask("writing " + key, () -> {
            try {
                client.putObject(request, RequestBody.fromBytes(bytes));
                return false;
            } catch (S3Exception e) {
                if (e.statusCode() == 412) {
                    return false;
                }
                if (e.statusCode() == 501) {
                    return true;
                }
                throw e;
            }
        });
        if (unknown && stat(key).isEmpty()) {
            put(key, bytes);
        }
    }

    private PutObjectRequest.Builder request(String key, MessageDigest md5, long size) {
        return PutObjectRequest.builder()
                .bucket(settings.bucket())
                .key(key(key))
                .contentLength(size)
                .contentType("application/octet-stream")
                .contentMD5(Base64.getEncoder().encodeToString(md5.digest()))
                .overrideConfiguration(patience(size));
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** False if it isn't there. */
    boolean copy(String from, String to) throws IOException {
        return found(
                        "copying " + from,
                        () -> client.copyObject(request -> request.sourceBucket(settings.bucket())
                                .sourceKey(key(from))
                                .destinationBucket(settings.bucket())
                                .destinationKey(key(to))
                                .overrideConfiguration(patience(S3Settings.MAX_OBJECT))))
                .isPresent();
    }

    /** Its time of change is now, if it is there. */
    void touch(String key, Instant now) throws IOException {
        found(
                "renewing " + key,
                () -> client.copyObject(request -> request.sourceBucket(settings.bucket())
                        .sourceKey(key(key))
                        .destinationBucket(settings.bucket())
                        .destinationKey(key(key))
                        .metadataDirective(MetadataDirective.REPLACE)
                        .metadata(Map.of("cloister-wanted", now.toString()))
                        .contentType("application/octet-stream")
                        .overrideConfiguration(patience(S3Settings.MAX_OBJECT))));
    }

    /** Nothing happens if it isn't there. */
    void delete(String key) throws IOException {
        found(
                "deleting " + key,
                () -> client.deleteObject(request ->
                        request.bucket(settings.bucket()).key(key(key)).overrideConfiguration(patience(0))));
    }

    /** Hears of one page's keys after another, in their order. */
    interface Listed {
        void key(String key, Stat stat);
    }

    void list(String below, Listed listed) throws IOException {
        int prefix = settings.prefix().length();
        ask("listing " + below, () -> {
            for (S3Object each : client.listObjectsV2Paginator(request ->
                            request.bucket(settings.bucket()).prefix(key(below)).overrideConfiguration(patience(0)))
                    .contents()) {
                listed.key(each.key().substring(prefix), new Stat(each.size(), each.lastModified()));
            }
            return true;
        });
    }

    /** The names, without their slash, of what is like a directory below {@code below}. */
    void listDirectories(String below, Consumer<String> name) throws IOException {
        String place = key(below);
        ask("listing " + below, () -> {
            for (CommonPrefix each : client.listObjectsV2Paginator(request -> request.bucket(settings.bucket())
                            .prefix(place)
                            .delimiter("/")
                            .overrideConfiguration(patience(0)))
                    .commonPrefixes()) {
                name.accept(
                        each.prefix().substring(place.length(), each.prefix().length() - 1));
            }
            return true;
        });
    }

    private static AwsRequestOverrideConfiguration patience(long bytes) {
        Duration attempt = ATTEMPT.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(attempt.multipliedBy(ATTEMPTS))
                .build();
    }

    private <T> Optional<T> found(String what, Supplier<T> request) throws IOException {
        return ask(what, () -> {
            try {
                return Optional.of(request.get());
            } catch (S3Exception e) {
                if (e.statusCode() == 404 && !code(e).equals("NoSuchBucket")) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private <T> T ask(String what, Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (SdkException e) {
            throw away(what, e);
        }
    }

    private StoreAwayException away(String what, SdkException failure) {
        if (!(failure instanceof SdkServiceException refusal)) {
            return new StoreAwayException(
                    "the pool's store " + store() + " can't be reached while " + what + " (" + deepest(failure) + ")",
                    "start it or mend the way to it",
                    failure);
        }
        String said = refusal.statusCode() + " " + (refusal instanceof S3Exception told ? code(told) : "");
        return new StoreAwayException(
                "the pool's store " + store() + " answered " + said.strip() + " while " + what,
                remedy(refusal),
                failure);
    }

    private String remedy(SdkServiceException refusal) {
        if (refusal instanceof S3Exception told && code(told).equals("NoSuchBucket")) {
            return MAKE_IT;
        }
        return switch (refusal.statusCode()) {
            case 401, 403 ->
                "see that the keys are right (CLOISTER_REPO_S3_ACCESS_KEY, CLOISTER_REPO_S3_SECRET_KEY) and may read,"
                        + " write, list and delete in "
                        + settings.bucket() + ", and that both clocks are";
            case 507 -> "give it space";
            default -> "see what its log says";
        };
    }

    private static String code(S3Exception refusal) {
        AwsErrorDetails details = refusal.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code == null ? "" : code;
    }

    private static String deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest.getClass().getSimpleName() + ": " + deepest.getMessage();
    }

    @Override
    public void close() {
        client.close();
    }
}
