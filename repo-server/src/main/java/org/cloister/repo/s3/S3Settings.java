package org.cloister.repo.s3;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bucket, and how it is reached.
 *
 * @param prefix of every key: empty, or with a slash at its end
 * @param endpoint the store's address; empty: Amazon's of the region
 * @param pathStyle whether requests name the bucket in the path, not in the host's name
 * @param keys empty: what Amazon's tools find in the environment, in files, or on the machine
 */
public record S3Settings(
        String bucket, String prefix, Optional<URI> endpoint, String region, boolean pathStyle, Optional<Keys> keys) {
    /** Bytes that one put, and one copy, may have. */
    public static final long MAX_OBJECT = 5L << 30;

    private static final int MAX_PREFIX = 500;
    private static final Pattern PLACE =
            Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9._-]+)*)/?");

    /** Who asks. */
    public record Keys(String access, String secret) {
        @Override
        public String toString() {
            return "Keys[" + access + "]";
        }
    }

    /**
     * @param place {@code s3://BUCKET[/PREFIX]}
     * @param endpoint or empty
     * @param addressing {@code path} or {@code host}
     * @throws IllegalArgumentException with the reason
     */
    public static S3Settings of(
            String place, String endpoint, String region, String addressing, String accessKey, String secretKey) {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches()
                || parts.group(2).length() > MAX_PREFIX
                || Arrays.asList(parts.group(2).split("/")).contains("..")) {
            throw new IllegalArgumentException("--pool is s3://BUCKET or s3://BUCKET/PREFIX, not " + place);
        }
        if (!addressing.equals("path") && !addressing.equals("host")) {
            throw new IllegalArgumentException("--s3-addressing is path or host, not " + addressing);
        }
        if (accessKey.isEmpty() != secretKey.isEmpty()) {
            throw new IllegalArgumentException(
                    "a bucket is opened with both, CLOISTER_REPO_S3_ACCESS_KEY and CLOISTER_REPO_S3_SECRET_KEY, or"
                            + " with neither");
        }
        String prefix = parts.group(2);
        return new S3Settings(
                parts.group(1),
                prefix.isEmpty() ? "" : prefix.substring(1) + "/",
                endpoint.isEmpty() ? Optional.empty() : Optional.of(address(endpoint)),
                region,
                addressing.equals("path"),
                accessKey.isEmpty() ? Optional.empty() : Optional.of(new Keys(accessKey, secretKey)));
    }

    private static URI address(String endpoint) {
        URI address = URI.create(endpoint);
        String scheme = String.valueOf(address.getScheme());
        boolean plain = address.getHost() != null
                && address.getUserInfo() == null
                && address.getQuery() == null
                && address.getFragment() == null
                && (address.getPath().isEmpty() || address.getPath().equals("/"));
        if (!plain || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("--s3-endpoint is http://HOST[:PORT] or https://…, not " + endpoint);
        }
        return address;
    }

    /** As people name it. */
    public String place() {
        return "s3://" + bucket + "/" + prefix
                + endpoint.map(address -> " at " + address).orElse("");
    }
}
