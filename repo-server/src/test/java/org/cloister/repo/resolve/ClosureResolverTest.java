package org.cloister.repo.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.junit.jupiter.api.Test;

/** One test per rule of the Policy (chapter 7) and per preference. */
class ClosureResolverTest {
    private static final Preferences RECOMMENDS = Preferences.DEFAULT.withRecommends(true);

    @Test
    void dependenciesComeFirstAndNothingElseComes() {
        Universe universe = Universe.of(
                "app; Depends: liba, libb",
                "liba; Depends: libc6",
                "libb; Depends: libc6",
                "libc6",
                "other",
                "extra; Recommends: other");
        assertThat(universe.resolve("app")).isEqualTo("libc6=1 liba=1 libb=1 app=1");
        assertThat(universe.resolve("extra")).isEqualTo("extra=1");
    }

    @Test
    void whatIsRecommendedComesIfItIsAskedForAndWhatThatRecommendsToo() {
        Universe universe = Universe.of(
                "base; Essential: yes; Recommends: never",
                "never",
                "app; Recommends: nice | other, missing, (broken; Depends: lib",
                "tool; Depends: lib; Recommends: nice | other, missing",
                "lib; Recommends: data",
                "nice; Recommends: data",
                "other",
                "data");
        assertThat(universe.resolve(RECOMMENDS, "tool")).isEqualTo("base=1 data=1 lib=1 nice=1 tool=1");
        assertThat(universe.resolve(RECOMMENDS, "app")).isEqualTo("base=1 data=1 lib=1 app=1");
        assertThat(universe.resolve("tool")).isEqualTo("base=1 lib=1 tool=1");
    }

    @Test
    void aRecommendationThatContradictsSomethingIsLeftOutAloneAndTheFurthestFirst() {
        Universe universe = Universe.of(
                "app; Depends: lib (>= 2); Recommends: old, new, rival",
                "lib 2; Recommends: foe",
                "old; Depends: lib (<< 2)",
                "new; Conflicts: foe",
                "rival; Depends: deep",
                "deep; Conflicts: app",
                "foe");
        assertThat(universe.resolve(RECOMMENDS, "app")).isEqualTo("lib=2 app=1 new=1");
    }

    @Test
    void theNewestVersionIsChosen() {
        Universe universe = Universe.of("a 1", "a 2~rc1", "a 2", "a 1:0.5", "b; Depends: a", "c; Depends: a (<< 2)");
        assertThat(universe.resolve("a")).isEqualTo("a=1:0.5");
        assertThat(universe.resolve("a=2")).isEqualTo("a=2");
        assertThat(universe.resolve("b")).isEqualTo("a=1:0.5 b=1");
        assertThat(universe.resolve("c")).isEqualTo("a=2~rc1 c=1");
    }

    @Test
    void anOlderVersionIsChosenWhereTheNewestCannotBeHad() {
        Universe universe = Universe.of(
                "a 2; Depends: missing",
                "a 1",
                "b; Depends: a, c",
                "c; Depends: d (= 1)",
                "d 1",
                "d 2",
                "e; Depends: d, c");
        assertThat(universe.resolve("b")).isEqualTo("a=1 d=1 c=1 b=1");
        assertThat(universe.resolve("e")).isEqualTo("d=1 c=1 e=1");
    }

    @Test
    void whatIsAskedForIsTheNewestBeforeWhatItNeedsIs() {
        Universe universe = Universe.of("a 2; Depends: lib (<< 2)", "a 1; Depends: lib", "lib 2", "lib 1");
        assertThat(universe.resolve("a")).isEqualTo("lib=1 a=2");
    }

    @Test
    void theFirstAlternativeThatCanBeHadIsChosen() {
        Universe universe = Universe.of("a; Depends: x | y | z", "y", "z", "b; Depends: w | z", "w; Depends: missing");
        assertThat(universe.resolve("a")).isEqualTo("y=1 a=1");
        assertThat(universe.resolve("b")).isEqualTo("z=1 b=1");
    }

    @Test
    void anAlternativeThatIsThereAnywayIsEnough() {
        Universe universe = Universe.of("a; Depends: b, x | y", "b; Depends: c", "c; Depends: y", "x", "y");
        assertThat(universe.resolve("a")).isEqualTo("y=1 c=1 b=1 a=1");
    }

    /** The choice of x is made before b is chosen, which needs y anyway. */
    @Test
    void whatTurnsOutToBeNeedlessIsLeftOut() {
        Universe universe = Universe.of("a; Depends: x | y, b | c", "b; Depends: y", "c", "x", "y");
        assertThat(universe.resolve("a")).isEqualTo("y=1 b=1 a=1");
    }

    @Test
    void realPackagesComeBeforeProvidersAndNeededProvidersBeforeOptionalOnes() {
        Universe universe = Universe.of(
                "a; Depends: mta",
                "exim; Provides: mta; Priority: standard",
                "abc; Provides: mta; Priority: optional",
                "b; Depends: editor",
                "editor",
                "vim; Provides: editor; Priority: required");
        assertThat(universe.resolve("a")).isEqualTo("exim=1 a=1");
        assertThat(universe.resolve("b")).isEqualTo("editor=1 b=1");
    }

    @Test
    void onlyAVersionedProvidesFulfilsAVersionedNeed() {
        Universe universe = Universe.of(
                "a; Depends: v (>= 2)",
                "p; Provides: v",
                "q; Provides: v (= 1)",
                "r; Provides: v (= 2.1)",
                "b; Depends: v (>= 3)",
                "c; Depends: v");
        assertThat(universe.resolve("a")).isEqualTo("r=1 a=1");
        assertThat(universe.resolve("b"))
                .isEqualTo("NO: b needs v (>= 3), but p, q and r provide v in no such version");
        assertThat(universe.resolve("c")).isEqualTo("p=1 c=1");
    }

    @Test
    void conflictsAndBreaksKeepPackagesApart() {
        Universe universe = Universe.of(
                "a; Depends: b, c | d",
                "b; Conflicts: c",
                "c",
                "d",
                "e; Depends: f, g",
                "f; Breaks: g (<< 2)",
                "g 1",
                "g 2",
                "h; Depends: f, g (= 1)");
        assertThat(universe.resolve("a")).isEqualTo("b=1 d=1 a=1");
        assertThat(universe.resolve("e")).isEqualTo("f=1 g=2 e=1");
        assertThat(universe.resolve("h")).isEqualTo("NO: h needs f and g (= 1); f breaks g (<< 2)");
    }

    @Test
    void aConflictWithAProvidedNameSparesItsOwnPackage() {
        Universe universe = Universe.of(
                "exim; Provides: mta; Conflicts: mta",
                "postfix; Provides: mta; Conflicts: mta",
                "a; Depends: exim, postfix | nullmailer",
                "nullmailer",
                "b; Conflicts: mta (<< 9)",
                "self; Conflicts: self");
        assertThat(universe.resolve("exim")).isEqualTo("exim=1");
        assertThat(universe.resolve("a")).isEqualTo("exim=1 nullmailer=1 a=1");
        assertThat(universe.resolve("exim", "postfix"))
                .isEqualTo("NO: exim conflicts with mta, which postfix provides");
        assertThat(universe.resolve("b", "exim")).isEqualTo("b=1 exim=1");
        assertThat(universe.resolve("self")).isEqualTo("self=1");
    }

    @Test
    void essentialPackagesAreInEveryRoot() {
        Universe universe = Universe.of(
                "bash; Essential: yes; Pre-Depends: libc6",
                "libc6",
                "a",
                "base-files; Essential: yes",
                "base-passwd; Essential: yes; Depends: libc6",
                "once 1; Essential: yes",
                "once 2");
        assertThat(universe.resolve("a")).isEqualTo("libc6=1 base-passwd=1 base-files=1 bash=1 a=1");
        assertThat(universe.resolve("once")).endsWith(" once=2");
    }

    @Test
    void multiarchForeignSatisfiesAnyArchitecture() {
        Universe universe = Universe.of(
                "a; Depends: tool, lib",
                "tool 1 i386; Multi-Arch: foreign",
                "lib 1 i386; Multi-Arch: same",
                "lib 1 amd64; Multi-Arch: same",
                "b 1 i386; Depends: tool");
        assertThat(universe.resolve(Universe.withForeign("i386"), "a")).isEqualTo("lib=1 tool=1:i386 a=1");
        assertThat(universe.resolve("a")).isEqualTo("NO: a needs tool, but tool is published for i386 only");
        assertThat(universe.resolve("b")).isEqualTo("NO: b is published for i386 only");
    }

    @Test
    void multiarchSameIsInstalledBesideItselfInOneVersionOnly() {
        Universe universe = Universe.of(
                "a; Depends: lib, b:i386",
                "b 1 i386; Depends: lib",
                "lib 1 amd64; Multi-Arch: same",
                "lib 2 amd64; Multi-Arch: same",
                "lib 1 i386; Multi-Arch: same",
                "c; Depends: x, y:i386",
                "x; Depends: z",
                "y 1 i386; Depends: z",
                "z 1 amd64",
                "z 1 i386");
        assertThat(universe.resolve(Universe.withForeign("i386"), "a")).isEqualTo("lib=1 lib=1:i386 b=1:i386 a=1");
        assertThat(universe.resolve(Universe.withForeign("i386"), "c"))
                .startsWith("NO: ")
                .contains("one root holds only one of z");
    }

    @Test
    void anyIsFulfilledByMultiarchAllowedOnly() {
        Universe universe =
                Universe.of("a; Depends: python:any", "python; Multi-Arch: allowed", "b; Depends: perl:any", "perl");
        assertThat(universe.resolve("a")).isEqualTo("python=1 a=1");
        assertThat(universe.resolve("b"))
                .isEqualTo("NO: b needs perl:any, but perl (Multi-Arch: no) doesn't fulfil that from its architecture");
    }

    @Test
    void packagesForAllArchitecturesAreNative() {
        Universe universe = Universe.of("a 1 all; Depends: b", "b 1 amd64; Depends: c:amd64", "c 1 all");
        assertThat(universe.resolve("a")).isEqualTo("c=1 b=1 a=1");
    }

    @Test
    void preferencesDecideWhereTheRulesLeaveAChoice() {
        Universe universe = Universe.of(
                "a; Depends: x | y, lib",
                "x",
                "y",
                "lib 1",
                "lib 2",
                "i; Depends: usrmerge | usr-is-merged",
                "usrmerge",
                "usr-is-merged");
        Preferences preferences =
                new Preferences(Set.of(), Set.of(new PackageName("y")), Set.of(PackageId.of("lib", "1", "amd64")));
        assertThat(universe.resolve(preferences, "a")).isEqualTo("lib=1 y=1 a=1");
        assertThat(universe.resolve("i")).isEqualTo("usr-is-merged=1 i=1");
    }

    @Test
    void aMalformedPackageIsNotChosenAndSaidToBe() {
        Universe universe = Universe.of("a; Depends: b | c", "b; Depends: ???", "c");
        assertThat(universe.resolve("a")).isEqualTo("c=1 a=1");
        assertThat(universe.resolve("b"))
                .startsWith("NO: b can't be used: the field Depends is malformed: a package name is expected");
    }

    @Test
    void whyNotIsSaidInAFewWords() {
        Universe universe = Universe.of(
                "a; Depends: b (>= 2)",
                "b 1.4",
                "c; Depends: nothing | none",
                "d; Depends: e",
                "e; Depends: c",
                "v; Provides: virtual",
                "f; Depends: g, h",
                "g; Depends: i",
                "h; Conflicts: i",
                "i",
                "j; Depends: b (= 1), k",
                "k; Depends: b (>> 1)",
                "b 1");
        assertThat(universe.resolve("a")).isEqualTo("NO: a needs b (>= 2), but only 1.4 and 1 are published");
        assertThat(universe.resolve("c"))
                .isEqualTo("NO: c needs nothing or none, but nothing provides nothing and nothing provides none");
        assertThat(universe.resolve("d"))
                .isEqualTo(
                        "NO: d needs e; e needs c; c needs nothing or none, but nothing provides nothing and nothing provides none");
        assertThat(universe.resolve("nix")).isEqualTo("NO: no package named nix is published");
        assertThat(universe.resolve("b=3")).isEqualTo("NO: b 3 is not published, only 1.4 and 1 are published");
        assertThat(universe.resolve("virtual"))
                .isEqualTo("NO: virtual is a virtual package: ask for one that provides it, such as v");
        assertThat(universe.resolve("f")).isEqualTo("NO: f needs g and h; g needs i; h conflicts with i");
        assertThat(universe.resolve("j"))
                .isEqualTo("NO: j needs b (= 1) and k; k needs b (>> 1); one root holds only one of b 1.4 and 1");
    }
}
