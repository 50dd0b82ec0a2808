package org.cloister.repo.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.listing.ListingDifference;
import org.junit.jupiter.api.Test;

class SharedStanzasTest {
    private static final Architecture AMD64 = new Architecture("amd64");
    private static final Architecture ARM64 = new Architecture("arm64");

    private static PackagesListed.Entry entry(String version) {
        return new PackagesListed.Entry(
                PackageId.of("doc", version, "all"), Digest.ofText(version), 1, "pool/doc_" + version);
    }

    @Test
    void aPackageIsListedForTheIndexesThatHaveIt() {
        SharedStanzas shared = new SharedStanzas("main");
        shared.add(List.of(AMD64), entry("2"), "Package: doc\nVersion: 2\n");
        shared.add(List.of(ARM64), entry("1"), "Package: doc\nVersion: 1\n");
        shared.add(List.of(AMD64), entry("3"), "Package: doc\nVersion: 3\n");
        shared.add(List.of(ARM64), entry("3"), "Package: doc\nVersion: 3\nOther: words\n");
        ListingDifference difference = new ListingDifference(new MirrorName("debian"), Listing.EMPTY);
        shared.end(difference);
        Listing listing = Listing.EMPTY.after(difference.end(Digest.ofText("x"), Instant.EPOCH));

        assertThat(listing.packages("main", AMD64))
                .extracting(each -> each.id().version().text())
                .containsExactly("2", "3");
        assertThat(listing.packages("main", ARM64))
                .extracting(each -> each.id().version().text())
                .containsExactly("1", "3");
        assertThat(listing.packages("main", ARM64))
                .as("what the first index says counts")
                .noneMatch(each -> each.stanza().contains("Other"));
    }
}
