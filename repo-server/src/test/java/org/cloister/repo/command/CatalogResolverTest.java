package org.cloister.repo.command;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.Resolver.Finding;
import org.cloister.repo.command.Resolver.Finding.Found;
import org.cloister.repo.command.Resolver.Finding.Missing;
import org.cloister.repo.command.Resolver.Finding.Offered;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.listing.ListingDifference;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.PackageIndex;
import org.junit.jupiter.api.Test;

/** Given what is published, when a package is wanted, then its closure or the reason why there is none. */
class CatalogResolverTest {
    private static final MirrorName MIRROR = new MirrorName("debian");

    private final CatalogResolver resolver = new CatalogResolver(new Architecture("amd64"));

    private static PackagePublished version(String name, String version, String fields) {
        String control = "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\n" + fields;
        Digest artifact = Digest.ofText(control);
        return new PackagePublished(
                PackageId.of(name, version, "amd64"), artifact, 1, new LayerId(artifact), control, null);
    }

    private Finding resolve(String name, String version) {
        DebianVersion wanted = version.isEmpty() ? null : new DebianVersion(version);
        return resolver.resolve(new PackageName(name), wanted, false)
                .toCompletableFuture()
                .join();
    }

    private Refusal refusal(String name, String version) {
        return ((Missing) resolve(name, version)).refusal();
    }

    @Test
    void theClosureNamesTheExactPublishedContentDependenciesFirst() {
        PackagePublished library = version("libx", "1.4", "");
        PackagePublished program = version("prog", "2", "Depends: libx (>= 1)\n");
        resolver.available(program);
        resolver.available(library);

        Found resolved = (Found) resolve("prog", "");

        assertThat(resolved.requested()).isEqualTo(program.id());
        assertThat(resolved.closure().packages())
                .extracting(member -> member.artifact())
                .containsExactly(library.artifact(), program.artifact());
        assertThat(resolve("prog", ""))
                .as("the same index gives the same result")
                .isSameAs(resolved);
    }

    @Test
    void aCycleIsConfiguredFromThePackageThatHasNothingToRun() {
        PackagePublished first = version("a", "1", "Depends: z\n");
        PackagePublished second = version("z", "1", "Depends: a\n");
        for (PackagePublished silent : List.of(first, second)) {
            CatalogResolver knowing = new CatalogResolver(
                    new Architecture("amd64"), member -> member.layer().equals(silent.layer()));
            knowing.available(first);
            knowing.available(second);

            Found found = (Found) knowing.resolve(new PackageName("a"), null, false)
                    .toCompletableFuture()
                    .join();

            assertThat(found.closure().packages().get(0).id()).isEqualTo(silent.id());
        }
    }

    @Test
    void aWithdrawnVersionIsNotChosen() {
        PackagePublished newer = version("prog", "2", "");
        resolver.available(version("prog", "1", ""));
        resolver.available(newer);
        resolver.withdrawn(newer);

        assertThat(((Found) resolve("prog", "")).requested().version().text()).isEqualTo("1");
    }

    private static Listing listing(String... stanzas) {
        ListingDifference difference = new ListingDifference(MIRROR, Listing.EMPTY);
        for (String stanza : stanzas) {
            String[] words = stanza.split("[ \n]");
            difference.add(
                    "main",
                    List.of(new Architecture("amd64")),
                    new PackagesListed.Entry(
                            PackageId.of(words[1], words[3], words[5]), Digest.ofText(stanza), 100, "pool/" + words[1]),
                    stanza);
        }
        return Listing.EMPTY.after(difference.end(Digest.ofText("InRelease"), Instant.EPOCH));
    }

    private static PackageIndex offered(Listing listing) {
        return PackageIndex.of(listing.packages("main").stream()
                .map(listed -> {
                    try {
                        return Candidate.read(
                                Paragraph.parse(listed.stanza(), ControlLimits.PACKAGE), new Offer(MIRROR, listed));
                    } catch (ControlSyntaxException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList());
    }

    @Test
    void whatMirrorsOfferIsChosenAndHasToBeFetchedFirst() {
        AtomicReference<PackageIndex> index = new AtomicReference<>(offered(listing(
                "Package: prog\nVersion: 2\nArchitecture: amd64\nDepends: libx, tool\n",
                "Package: libx\nVersion: 1.4\nArchitecture: amd64\n",
                "Package: tool\nVersion: 1\nArchitecture: amd64\n")));
        CatalogResolver offering =
                new CatalogResolver(new Architecture("amd64"), member -> false, () -> requireNonNull(index.get()));
        PackagePublished tool = version("tool", "1", "");
        offering.available(tool);

        Offered found = (Offered) offering.resolve(new PackageName("prog"), null, false)
                .toCompletableFuture()
                .join();
        assertThat(found.missing())
                .extracting(offer -> offer.listed().id().name().text())
                .as("what is here already isn't fetched")
                .containsExactlyInAnyOrder("libx", "prog");
        assertThat(found.refusal().rule()).isEqualTo(Rule.NOT_FETCHED);
        assertThat(found.refusal().detail()).contains("2 packages (200 bytes)", "mirror debian", "libx");

        offering.available(version("libx", "1.4", ""));
        offering.available(version("prog", "2", "Depends: libx, tool\n"));
        assertThat(offering.resolve(new PackageName("prog"), null, false)
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(Found.class);

        offering.withdrawn(tool);
        assertThat(offering.resolve(new PackageName("tool"), null, false)
                        .toCompletableFuture()
                        .join())
                .as("what was yanked isn't fetched again")
                .isInstanceOf(Missing.class);

        index.set(PackageIndex.EMPTY);
        assertThat(offering.resolve(new PackageName("libx"), null, false)
                        .toCompletableFuture()
                        .join())
                .as("what is published stays when it is listed no longer")
                .isInstanceOf(Found.class);
    }

    @Test
    void whatCannotBeHadIsExplained() {
        resolver.available(version("prog", "2", "Depends: libx (>= 2)\nProvides: editor\n"));
        resolver.available(version("libx", "1.4", ""));

        assertThat(refusal("prog", "").rule()).isEqualTo(Rule.UNSATISFIABLE);
        assertThat(refusal("prog", "").detail()).contains("libx", "1.4");
        assertThat(refusal("nothing", "").rule()).isEqualTo(Rule.NOT_PUBLISHED);
        assertThat(refusal("editor", "").detail()).contains("provided by prog");
        assertThat(refusal("prog", "3").detail()).contains("version 3", "but in 2");
    }

    @Test
    void aPackageWhoseControlParagraphCannotBeReadIsNotChosen() {
        PackagePublished broken = version("prog", "2", "");
        resolver.available(
                new PackagePublished(broken.id(), broken.artifact(), 1, broken.layer(), "no control paragraph", null));

        assertThat(refusal("prog", "").rule()).isEqualTo(Rule.NOT_PUBLISHED);
    }
}
