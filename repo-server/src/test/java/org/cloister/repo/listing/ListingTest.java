package org.cloister.repo.listing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.control.Paragraphs;
import org.junit.jupiter.api.Test;

class ListingTest {
    private static final MirrorName MIRROR = new MirrorName("debian");
    private static final Architecture AMD64 = new Architecture("amd64");
    private static final Architecture ARM64 = new Architecture("arm64");
    private static final Digest IN_RELEASE = Digest.ofText("InRelease");
    private static final Instant DATE = Instant.parse("2026-01-02T03:04:05Z");

    private static PackagesListed.Entry entry(String name, String version, String architecture) {
        return new PackagesListed.Entry(
                PackageId.of(name, version, architecture),
                Digest.ofText(name + version),
                7,
                "pool/" + name + "_" + version + ".deb");
    }

    private static String stanza(String name, String version) {
        return "Package: " + name + "\nVersion: " + version + "\nDescription: Größe €\n more\n";
    }

    private static void add(ListingDifference difference, String name, String version) {
        difference.add("main", List.of(AMD64), entry(name, version, "amd64"), stanza(name, version));
    }

    private static List<String> words(Listing listing) {
        return listing.components().stream()
                .flatMap(component -> listing.packages(component).stream())
                .map(each -> each.component() + " " + each.id() + " " + each.architectures())
                .toList();
    }

    @Test
    void aFirstListingIsReadBackAsItWasWritten() {
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        add(difference, "b", "1");
        add(difference, "a", "1:2");
        add(difference, "a", "1:10");
        Listing listing = Listing.EMPTY.after(difference.end(IN_RELEASE, DATE));
        assertThat(words(listing))
                .containsExactly("main a=1:2:amd64 [amd64]", "main a=1:10:amd64 [amd64]", "main b=1:amd64 [amd64]");
        ListedPackage b = requireNonNull(listing.find("main", PackageId.of("b", "1", "amd64")));
        assertThat(b.stanza()).isEqualTo(stanza("b", "1"));
        assertThat(b.artifact()).isEqualTo(Digest.ofText("b1"));
        assertThat(listing.at("pool/b_1.deb")).isSameAs(b);
        assertThat(listing.at("pool/c_1.deb")).isNull();
        assertThat(listing.versions(new PackageName("a"))).hasSize(2);
        assertThat(requireNonNull(listing.indexed()).total()).isEqualTo(3);
    }

    @Test
    void onlyTheDifferenceIsToldAndTheRestStaysTheSameObject() {
        ListingDifference first = new ListingDifference(MIRROR, Listing.EMPTY);
        List.of("a", "b", "c").forEach(name -> add(first, name, "1"));
        Listing before = Listing.EMPTY.after(first.end(IN_RELEASE, DATE));

        ListingDifference second = new ListingDifference(MIRROR, before);
        add(second, "a", "1");
        second.add("main", List.of(AMD64), entry("b", "1", "amd64"), stanza("b", "1") + "Tag: new\n");
        add(second, "d", "1");
        List<MirrorEvent> events = second.end(IN_RELEASE, DATE);
        assertThat(events).hasSize(3).endsWith(new MirrorIndexed(MIRROR, IN_RELEASE, DATE, 2, 1, 3));
        Listing now = before.after(events);
        assertThat(words(now))
                .containsExactly("main a=1:amd64 [amd64]", "main b=1:amd64 [amd64]", "main d=1:amd64 [amd64]");
        PackageId a = PackageId.of("a", "1", "amd64");
        assertThat(now.find("main", a)).isSameAs(before.find("main", a));
        assertThat(before.size()).as("a state never changes").isEqualTo(3);
        assertThat(words(before)).anyMatch(text -> text.contains("c=1"));
    }

    @Test
    void nothingNewIsOnlyAnEnd() {
        ListingDifference first = new ListingDifference(MIRROR, Listing.EMPTY);
        add(first, "a", "1");
        Listing before = Listing.EMPTY.after(first.end(IN_RELEASE, DATE));
        ListingDifference second = new ListingDifference(MIRROR, before);
        add(second, "a", "1");
        assertThat(second.end(IN_RELEASE, DATE)).hasSize(1);
    }

    @Test
    void aPackageOfAllArchitecturesKnowsWhichIndexesHaveIt() {
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        difference.add("main", List.of(AMD64, ARM64), entry("doc", "1", "all"), stanza("doc", "1"));
        difference.add("main", List.of(AMD64), entry("old", "1", "all"), stanza("old", "1"));
        Listing listing = Listing.EMPTY.after(difference.end(IN_RELEASE, DATE));
        assertThat(listing.packages("main", AMD64)).hasSize(2);
        assertThat(listing.packages("main", ARM64)).hasSize(1);
    }

    @Test
    void theFirstOfTwoWithOneIdCountsAndComponentsAreApart() {
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        add(difference, "a", "1");
        difference.add("main", List.of(AMD64), entry("a", "1", "amd64"), "Package: another\n");
        difference.add("test", List.of(AMD64), entry("a", "1", "amd64"), stanza("a", "1"));
        Listing listing = Listing.EMPTY.after(difference.end(IN_RELEASE, DATE));
        assertThat(listing.size()).isEqualTo(2);
        assertThat(requireNonNull(listing.find("main", PackageId.of("a", "1", "amd64")))
                        .stanza())
                .isEqualTo(stanza("a", "1"));
    }

    @Test
    void everyPageFitsABrokersMessageWhateverItHolds() {
        Random random = new Random(5);
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            byte[] noise = new byte[i % 100 == 0 ? 100_000 : random.nextInt(3_000)];
            random.nextBytes(noise);
            String text = "Package: p" + i + "\nNoise: "
                    + Base64.getEncoder().encodeToString(noise).replace('A', 'ü') + "\n";
            texts.add(text);
            difference.add("main", List.of(AMD64), entry("p" + i, "1", "amd64"), text);
        }
        List<MirrorEvent> events = difference.end(IN_RELEASE, DATE);
        EventCodec codec = new EventCodec();
        assertThat(events)
                .allSatisfy(event -> assertThat(codec.encode(event).payload().getBytes(StandardCharsets.UTF_8).length)
                        .isLessThanOrEqualTo(PackagesListed.MAX_BYTES));
        Listing listing = Listing.EMPTY.after(events);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(requireNonNull(listing.find("main", PackageId.of("p" + i, "1", "amd64")))
                            .stanza())
                    .isEqualTo(texts.get(i));
        }
    }

    @Test
    void whateverAnIndexHoldsIsReadBackWithTheSameFields() throws IOException {
        Random random = new Random(28);
        String[] pieces = {
            "A: ", "b", "\n", "\r\n", "\n ", "\n\t", "#", "\n#x", " .", "ü", "\u2003", "\ud83d\ude00", "\r", ":"
        };
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        List<Paragraph> read = new ArrayList<>();
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder("Package: p\n");
            for (int i = random.nextInt(25); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try (Paragraphs paragraphs = Paragraphs.of(text.toString(), ControlLimits.PACKAGE)) {
                Paragraph first = requireNonNull(paragraphs.next());
                difference.add("main", List.of(AMD64), entry("p" + read.size(), "1", "amd64"), first.text());
                read.add(first);
            } catch (ControlSyntaxException e) {
                assertThat(e.line()).isPositive();
            }
        }
        assertThat(read).hasSizeGreaterThan(300);
        Listing listing = Listing.EMPTY.after(difference.end(IN_RELEASE, DATE));
        for (int i = 0; i < read.size(); i++) {
            String stanza = requireNonNull(listing.find("main", PackageId.of("p" + i, "1", "amd64")))
                    .stanza();
            Paragraph again = Paragraph.parse(stanza, ControlLimits.PACKAGE);
            assertThat(again.names()).isEqualTo(read.get(i).names());
            for (String name : again.names()) {
                assertThat(again.lines(name)).as(stanza).isEqualTo(read.get(i).lines(name));
            }
        }
    }

    @Test
    void whatNoEventCanHoldIsRefused() {
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        String huge = "Package: a\nX: " + "x".repeat(StanzaText.MAX_BYTES) + "\n";
        assertThatThrownBy(() -> difference.add("main", List.of(AMD64), entry("a", "1", "amd64"), huge))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void commentsAndOtherLineEndsAreNoDifference() {
        assertThat(StanzaText.of("# c\nPackage: a\r\nX: 1\n# d\n more")).isEqualTo("Package: a\nX: 1\n more\n");
    }

    @Test
    void aDamagedPageIsTold() {
        PackagesListed page = new PackagesListed(
                MIRROR, "main", List.of(AMD64), List.of(entry("a", "1", "amd64"), entry("b", "1", "amd64")), "AAAA");
        Listing listing = Listing.EMPTY.after(page);
        ListedPackage a = requireNonNull(listing.find("main", PackageId.of("a", "1", "amd64")));
        assertThatThrownBy(a::stanza).isInstanceOf(IllegalStateException.class);
        PackagesListed few = new PackagesListed(
                MIRROR, "main", List.of(AMD64), page.listed(), PackedStanzas.pack(List.of("Package: a\n")));
        ListedPackage b = requireNonNull(Listing.EMPTY.after(few).find("main", PackageId.of("b", "1", "amd64")));
        assertThatThrownBy(b::stanza).isInstanceOf(IllegalStateException.class);
    }
}
