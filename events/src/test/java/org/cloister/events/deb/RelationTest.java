package org.cloister.events.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelationTest {
    private static final long SEED = 20_260_103;

    @Test
    void aFieldIsReadAsThePolicyWritesIt() {
        List<Dependency> all =
                Dependency.parseList("libc6 (>= 2.34), default-mta|mail-transport-agent,\n python3:any(<<3.12)");
        assertThat(all).hasSize(3);
        assertThat(all.get(0).alternatives().get(0).bound())
                .isEqualTo(new VersionBound(VersionOperator.LATER_OR_EQUAL, new DebianVersion("2.34")));
        assertThat(all.get(1).alternatives())
                .extracting(r -> r.name().text())
                .containsExactly("default-mta", "mail-transport-agent");
        assertThat(all.get(2).alternatives().get(0).qualifier()).isEqualTo(Relation.ANY);
        assertThat(Dependency.print(all))
                .isEqualTo("libc6 (>= 2.34), default-mta | mail-transport-agent, python3:any (<< 3.12)");
    }

    @Test
    void emptyElementsSayNothing() {
        assertThat(Dependency.parseList("")).isEmpty();
        assertThat(Dependency.parseList(" ,, ")).isEmpty();
        assertThat(Dependency.parseList("a,,b,")).hasSize(2);
    }

    @Test
    void theObsoleteSignsMeanOrEqual() {
        assertThat(Dependency.print(Dependency.parseList("a (< 1), b (> 2)"))).isEqualTo("a (<= 1), b (>= 2)");
    }

    @Test
    void everyOperatorComparesVersions() {
        assertThat(admitted("<< 2")).containsExactly("1");
        assertThat(admitted("<= 2")).containsExactly("1", "2");
        assertThat(admitted("= 2")).containsExactly("2");
        assertThat(admitted(">= 2")).containsExactly("2", "3");
        assertThat(admitted(">> 2")).containsExactly("3");
    }

    private static List<String> admitted(String bound) {
        Relation relation = Relation.parseList("a (" + bound + ")").get(0);
        return List.of("1", "2", "3").stream()
                .filter(version -> relation.admits(new DebianVersion(version)))
                .toList();
    }

    @Test
    void restrictionsCountOnTheirArchitecturesOnly() {
        assertThat(on("amd64", "a, b [amd64], c [!amd64], d [linux-any], e [any-arm64], f [any], g [i386 arm64]"))
                .containsExactly("a", "b", "d", "f");
        assertThat(on("arm64", "b [amd64], c [!amd64 !i386], e [any-arm64], g [i386 arm64]"))
                .containsExactly("c", "e", "g");
        assertThat(on("hurd-i386", "a [linux-any], b [hurd-any], c [any-i386]")).containsExactly("b", "c");
    }

    @Test
    void profilesAreNeverActive() {
        assertThat(on("amd64", "a <!nocheck>, b <cross>, c <cross> <!nodoc>, d <!cross nodoc>"))
                .containsExactly("a", "c");
    }

    private static List<String> on(String architecture, String field) {
        return Relation.parseList(field).stream()
                .filter(relation -> relation.appliesTo(new Architecture(architecture)))
                .map(relation -> relation.name().text())
                .toList();
    }

    @Test
    void whatIsWrongIsSaidWithItsPlace() {
        refused("a |", "a package name is expected");
        refused("a b", "a comma is expected");
        refused("a (1)", "one of << <= = >= >> is expected");
        refused("a (>= 1", "a closing parenthesis is expected");
        refused("a (>= x)", "not a version: x");
        refused("a (== 1)", "one of << <= = >= >> is expected");
        refused("a: (= 1)", "an architecture is expected after the colon");
        refused("a [", "a word or ] is expected");
        refused("a []", "an empty list");
        refused("a <>", "an empty list");
        refused("a, B\u00e4r", "a package name is expected, at character 5 near \"a, B");
        refused("${misc:Depends}", "a package name is expected");
        refused("a" + " ".repeat(RelationParser.MAX_LENGTH), "longer than");
        refused("a,".repeat(RelationParser.MAX_ELEMENTS + 1), "more than 20000 elements");
        assertThatThrownBy(() -> Relation.parseList("a | b")).hasMessageContaining("a comma is expected");
    }

    private static void refused(String field, String message) {
        assertThatThrownBy(() -> Dependency.parseList(field))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsPrintedIsReadBack() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            List<Dependency> all = new ArrayList<>();
            for (int d = random.nextInt(5); d > 0; d--) {
                List<Relation> alternatives = new ArrayList<>();
                for (int a = random.nextInt(3); a >= 0; a--) {
                    alternatives.add(relation(random));
                }
                all.add(new Dependency(alternatives));
            }
            assertThat(Dependency.parseList(Dependency.print(all)))
                    .as("seed " + SEED)
                    .isEqualTo(all);
        }
    }

    private static Relation relation(Random random) {
        VersionOperator[] operators = VersionOperator.values();
        String version = random.nextInt(9) + (random.nextBoolean() ? ":1~rc" : ".0+x") + random.nextInt(99) + "-1";
        return new Relation(
                new PackageName("lib" + Integer.toString(random.nextInt(9_999), 36) + "++"),
                random.nextInt(4) == 0 ? List.of("any", "native", "amd64").get(random.nextInt(3)) : null,
                random.nextBoolean()
                        ? new VersionBound(operators[random.nextInt(operators.length)], new DebianVersion(version))
                        : null,
                random.nextInt(4) == 0 ? List.of("amd64", "!linux-any") : List.of(),
                random.nextInt(4) == 0 ? List.of(List.of("!nocheck", "cross"), List.of("stage1")) : List.of());
    }

    /** Any text gives relations or an IllegalArgumentException; what is accepted survives printing. */
    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(SEED);
        String[] tokens = {
            "a", "lib", " ", ",", "|", "(", ")", ">=", "<<", "=", "1.0", ":", "any", "[", "]", "<", ">", "!", "\n",
            "\0", "$"
        };
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int t = random.nextInt(12); t > 0; t--) {
                text.append(tokens[random.nextInt(tokens.length)]);
            }
            try {
                List<Dependency> all = Dependency.parseList(text.toString());
                assertThat(Dependency.parseList(Dependency.print(all))).isEqualTo(all);
                accepted++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).contains("at character");
            }
        }
        assertThat(accepted).as("seed " + SEED).isBetween(1_000, 49_000);
    }
}
