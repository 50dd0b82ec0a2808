package org.cloister.repo.view;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionEvent.ReleaseFields;
import org.cloister.events.DistributionName;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.DistributionSnapshot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What distributions hold is a function of the log. */
class DistributionsViewTest {
    private static final DistributionName TESTING = new DistributionName("testing");
    private static final DistributionName STABLE = new DistributionName("stable");
    private static final MirrorName DEBIAN = new MirrorName("debian");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00.5Z");

    private final DistributionsView view = new DistributionsView();
    private long position;
    private Instant time = START;

    private long happened(StreamId stream, Event event) {
        position++;
        view.apply(
                new RecordedEvent(
                        new Position(position),
                        stream,
                        position,
                        event.getClass().getSimpleName(),
                        1,
                        time,
                        new Principal("alice"),
                        new CorrelationId("c"),
                        "{}"),
                event);
        return position;
    }

    private long define(DistributionName name, boolean uploads, MirrorName... mirrors) {
        ReleaseFields release = new ReleaseFields("O", "L", name.text(), name.text(), "", null, null);
        return happened(
                StreamId.of(name),
                new DistributionDefined(
                        name,
                        List.of(mirrors),
                        uploads,
                        false,
                        List.of("main"),
                        List.of(new Architecture("amd64")),
                        release,
                        true));
    }

    private static PackageId id(String name) {
        return PackageId.of(name, name.startsWith("rpm:") ? "1-1" : "1", "all");
    }

    private long publish(String name, @Nullable MirrorName mirror) {
        Digest digest = Digest.ofText(name);
        return happened(
                StreamId.ofPackage(name),
                new PackagePublished(id(name), digest, 1, new LayerId(digest), "Package: " + name + "\n", mirror));
    }

    private Set<String> offered(DistributionName name) {
        return offered(requireNonNull(requireNonNull(view.find(name)).now()));
    }

    private static Set<String> offered(DistributionSnapshot snapshot) {
        return snapshot.contents().chosen().keySet().stream()
                .filter(snapshot.contents()::offers)
                .map(id -> id.name().text())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void uploadsAreInWhatFollowsThemAlsoThoseFromBefore() {
        publish("before", null);
        define(TESTING, true);
        define(STABLE, false);
        publish("after", null);
        publish("foreign", DEBIAN);
        assertThat(offered(TESTING)).containsExactly("after", "before");
        assertThat(offered(STABLE)).isEmpty();
    }

    @Test
    void rpmPackagesAreInNoDistributionWheneverTheyCame() {
        publish("rpm:before", null);
        define(TESTING, true);
        publish("rpm:after", null);
        publish("own", null);
        assertThat(offered(TESTING)).containsExactly("own");
    }

    @Test
    void aPromotionTakesAStateAndHoldsItUntilTheNextDefinition() {
        define(TESTING, true);
        define(STABLE, true);
        long one = publish("one", null);
        publish("two", null);
        happened(StreamId.of(STABLE), new DistributionPromoted(TESTING, STABLE, new Position(one)));
        publish("three", null);
        assertThat(offered(STABLE)).containsExactly("one");
        define(STABLE, true);
        assertThat(offered(STABLE)).containsExactly("one", "three", "two");
    }

    @Test
    void whatFollowsNothingKeepsWhatItWasGivenWhenItIsDefinedAnew() {
        define(TESTING, true);
        publish("one", null);
        define(STABLE, false);
        happened(StreamId.of(STABLE), new DistributionPromoted(TESTING, STABLE, new Position(position)));
        define(STABLE, false);
        assertThat(offered(STABLE)).containsExactly("one");
    }

    @Test
    void aRollbackGivesBackAStateWithoutWhatWasYankedSince() {
        define(TESTING, true);
        publish("one", null);
        long state = publish("two", null);
        publish("three", null);
        happened(StreamId.ofPackage("two"), new PackageYanked(id("two"), "bad"));
        happened(StreamId.of(TESTING), new DistributionRolledBack(TESTING, new Position(state), "r"));
        assertThat(offered(TESTING)).containsExactly("one");
        happened(StreamId.ofPackage("two"), new PackageRestored(id("two"), "good"));
        assertThat(offered(TESTING)).containsExactly("one", "two");
    }

    @Test
    void anExclusionStaysUntilAnInclusion() {
        define(TESTING, true);
        publish("one", null);
        happened(StreamId.of(TESTING), new PackagesExcluded(TESTING, List.of(id("one")), "r"));
        define(TESTING, true);
        assertThat(offered(TESTING)).isEmpty();
        happened(StreamId.of(TESTING), new PackagesIncluded(TESTING, "main", List.of(id("one"))));
        assertThat(offered(TESTING)).containsExactly("one");
    }

    @Test
    void aListingReplacesWhatWasImportedFromItsMirror() {
        define(TESTING, false, DEBIAN);
        publish("imported", DEBIAN);
        publish("chosen", DEBIAN);
        happened(StreamId.of(TESTING), new PackagesIncluded(TESTING, "main", List.of(id("chosen"))));
        assertThat(offered(TESTING)).containsExactly("chosen", "imported");
        long indexed = happened(StreamId.of(DEBIAN), new MirrorIndexed(DEBIAN, Digest.ofText("x"), START, 1, 0, 1));
        assertThat(offered(TESTING)).containsExactly("chosen");
        assertThat(requireNonNull(requireNonNull(view.find(TESTING)).now())
                        .contents()
                        .mirrors())
                .containsEntry(DEBIAN, new Position(indexed));
        publish("another", DEBIAN);
        assertThat(offered(TESTING)).containsExactly("chosen");
    }

    @Test
    void everyStateStaysAsItWas() {
        define(TESTING, true);
        List<Set<String>> seen = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            positions.add(publish(name, null));
            seen.add(offered(TESTING));
        }
        for (int i = 0; i < positions.size(); i++) {
            DistributionSnapshot then =
                    requireNonNull(requireNonNull(view.find(TESTING)).at(new Position(positions.get(i))));
            assertThat(offered(then)).isEqualTo(seen.get(i));
        }
        assertThat(requireNonNull(view.find(TESTING)).at(new Position(0))).isNull();
    }

    @Test
    void datesOfWhatIsPublishedIncreaseAndNeverRunAheadByMoreThanASecond() {
        Random random = new Random(7);
        define(TESTING, true);
        Instant last = Instant.EPOCH;
        Instant published = Instant.EPOCH;
        for (int i = 0; i < 2_000; i++) {
            time = time.plusMillis(random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(20));
            publish("p" + i, null);
            Instant date =
                    requireNonNull(requireNonNull(view.find(TESTING)).now()).date();
            assertThat(date).isAfterOrEqualTo(last);
            assertThat(Duration.between(time, date).toMillis()).isLessThanOrEqualTo(1_000);
            // A state whose date has come may be read by somebody: the next one has another date.
            if (!last.isAfter(time)) {
                published = last;
            }
            assertThat(date).isAfter(published);
            last = date;
        }
    }
}
