package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.TokenSource.NewToken;
import org.junit.jupiter.api.Test;

/** Ranges, tile numbers, tokens and stream filters as texts. */
class SmallFormsTest {
    @Test
    void oneRangeIsHonouredAndWhatIsMalformedGetsTheWhole() {
        assertThat(ByteRange.parse("bytes=0-0", 10)).isEqualTo(new ByteRange(0, 1));
        assertThat(ByteRange.parse("bytes=3-", 10)).isEqualTo(new ByteRange(3, 7));
        assertThat(ByteRange.parse("bytes=3-99", 10)).isEqualTo(new ByteRange(3, 7));
        assertThat(ByteRange.parse("bytes=-4", 10)).isEqualTo(new ByteRange(6, 4));
        assertThat(ByteRange.parse("bytes=-40", 10)).isEqualTo(new ByteRange(0, 10));
        assertThat(ByteRange.parse("bytes=10-", 10)).isEqualTo(ByteRange.NONE);
        assertThat(ByteRange.parse("bytes=-0", 10)).isEqualTo(ByteRange.NONE);
        assertThat(ByteRange.parse("bytes=0-", 0)).isEqualTo(ByteRange.NONE);
        for (String whole :
                new String[] {null, "", "bytes=", "bytes=-", "bytes=5-3", "bytes=0-1,3-4", "items=0-1", "bytes=a-b"}) {
            assertThat(ByteRange.parse(whole, 10)).as(whole).isEqualTo(ByteRange.whole(10));
        }
    }

    @Test
    void tileNumbersHaveOneFormOnly() {
        assertThat(TileIndex.parse("067")).contains(new TileIndex(67, 256));
        assertThat(TileIndex.parse("x001/x234/067")).contains(new TileIndex(1_234_067, 256));
        assertThat(TileIndex.parse("x001/067.p/12")).contains(new TileIndex(1067, 12));
        for (String bad :
                new String[] {"", "67", "x001", "x000/067", "067.p/0", "067.p/256", "067.p/012", "001/067", "x001/067/"
                }) {
            assertThat(TileIndex.parse(bad)).as(bad).isEqualTo(Optional.empty());
        }
    }

    @Test
    void aTokenThatIsMadeIsReadAndOnlyItsOwnSecretMatches() {
        SecureRandom random = new SecureRandom();
        NewToken made = BearerToken.source(random).next();
        BearerToken read = BearerToken.parse(made.text());
        assertThat(read).isNotNull();
        assertThat(read.id()).isEqualTo(made.id());
        assertThat(read.matches(made.secretHash())).isTrue();
        assertThat(BearerToken.generate(random).matches(made.secretHash())).isFalse();
        assertThat(read.toString()).doesNotContain(read.secret());
        for (String bad :
                new String[] {"", "clo_", made.text() + "!", made.text().substring(4), "clo_ab_0123456789012345678901"
                }) {
            assertThat(BearerToken.parse(bad)).as(bad).isNull();
        }
    }

    @Test
    void aTokenEndsWhenItExpires() {
        BearerToken token = BearerToken.generate(new SecureRandom());
        Instant end = Instant.parse("2026-01-01T00:00:00Z");
        TokenIssued issued =
                new TokenIssued(token.id(), new Principal("a"), Set.of(Role.READER), token.secretHash(), null, end);
        assertThat(new Authenticator(id -> issued, () -> end.minusNanos(1)).authenticate("Bearer " + token.text()))
                .isNotNull();
        assertThat(new Authenticator(id -> issued, () -> end).authenticate("Bearer " + token.text()))
                .isNull();
        assertThat(new Authenticator(id -> issued, () -> end.minusNanos(1)).authenticate(token.text()))
                .isNull();
    }

    @Test
    void anAgentReadsItsOwnStreamAndClosures() {
        HostId host = new HostId("h-0011223344556677");
        assertThat(StreamFilter.parse("host:" + host + ",closure:").isFor(host)).isTrue();
        assertThat(StreamFilter.parse("closure:" + "0".repeat(64)).isFor(host)).isTrue();
        for (String wider :
                new String[] {null, "host:", "host:h-ffffffffffffffff", "package:", "access:admin,closure:"}) {
            assertThat(StreamFilter.parse(wider).isFor(host)).as(wider).isFalse();
        }
        assertThat(StreamFilter.parse("package:nginx").wants(StreamId.ofPackage("nginx")))
                .isTrue();
        assertThat(StreamFilter.parse("package:nginx").wants(StreamId.ofPackage("nginx2")))
                .isFalse();
        assertThatThrownBy(() -> StreamFilter.parse("nothing:x")).isInstanceOf(IllegalArgumentException.class);
    }
}
