package org.cloister.repo.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;

class S3SettingsTest {
    private static S3Settings of(String place, String endpoint) {
        return S3Settings.of(place, endpoint, "us-east-1", "path", "a", "s");
    }

    @Test
    void aPlaceIsABucketAndAPrefix() {
        assertThat(of("s3://bucket", "").prefix()).isEmpty();
        assertThat(of("s3://bucket/", "").prefix()).isEmpty();
        assertThat(of("s3://bucket/a", "").prefix()).isEqualTo("a/");
        assertThat(of("s3://bucket/a/b.c/", "").prefix()).isEqualTo("a/b.c/");
        assertThat(of("s3://my.bucket-7/a", "http://store:9000/").endpoint())
                .contains(URI.create("http://store:9000/"));
        assertThat(of("s3://bucket/a", "https://store").place()).isEqualTo("s3://bucket/a/ at https://store");
    }

    @Test
    void whatIsNoPlaceIsRefused() {
        for (String place : new String[] {
            "",
            "bucket",
            "s3:/bucket",
            "s3://",
            "s3://b",
            "s3://Bucket",
            "s3://bucket/../x",
            "s3://bucket//x",
            "s3://bucket/a b",
            "s3://bucket/a?x",
            "https://bucket",
            "s3://bucket/" + "a".repeat(501)
        }) {
            assertThatThrownBy(() -> of(place, "")).as(place).isInstanceOf(IllegalArgumentException.class);
        }
        for (String endpoint :
                new String[] {"store:9000", "ftp://store", "http://u:p@store", "http://store/x", "http://store?x"}) {
            assertThatThrownBy(() -> of("s3://bucket", endpoint))
                    .as(endpoint)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> S3Settings.of("s3://bucket", "", "r", "path", "a", ""))
                .hasMessageContaining("CLOISTER_REPO_S3_SECRET_KEY");
        assertThatThrownBy(() -> S3Settings.of("s3://bucket", "", "r", "both", "a", "s"))
                .hasMessageContaining("--s3-addressing");
    }

    /** Whatever is told: refused with a reason, or a prefix below which every key stays. */
    @Test
    void noPrefixLeavesItsBucket() {
        Random random = new Random(9);
        String letters = "s3:/ab.-_%?#\\ \u00e9";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder place = new StringBuilder("s3://bucket");
            for (int n = random.nextInt(12); n > 0; n--) {
                place.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                String prefix = of(place.toString(), "").prefix();
                assertThat(prefix).matches("([A-Za-z0-9._-]+/)*");
                assertThat("/" + prefix).doesNotContain("/../");
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("--pool");
            }
        }
    }

    @Test
    void theSecretIsNotTold() {
        S3Settings settings = S3Settings.of("s3://bucket", "", "r", "path", "access", "very-secret");
        assertThat(settings.toString()).contains("access").doesNotContain("very-secret");
    }
}
