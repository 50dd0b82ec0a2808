package org.cloister.repo.decide;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** What decides knows neither files, networks, databases, threads, clocks nor random sources. */
class PureCoreTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.cloister.repo");

    /** {@code log}'s part that computes; the port and its implementations are edges. */
    private static final String MERKLE = "org\\.cloister\\.repo\\.log\\.Merkle.*";

    @Test
    void decidersDependOnTheSharedLanguageAlone() {
        classes()
                .that()
                .resideInAPackage("org.cloister.repo.decide..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.cloister.repo.decide..",
                        "org.cloister.events..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "org.pcollections..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void whatIsNeededIsToldFromTheLogAlone() {
        classes()
                .that()
                .resideInAPackage("org.cloister.repo.retention..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.cloister.repo.retention..",
                        "org.cloister.repo.decide..",
                        "org.cloister.events..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "org.pcollections..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theResolverKnowsNoEdges() {
        noClasses()
                .that()
                .resideInAPackage("org.cloister.repo.resolve..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(EDGES)
                .check(CLASSES);
    }

    @Test
    void thePurePartOfTheLogKnowsNoEdges() {
        noClasses()
                .that()
                .haveNameMatching(MERKLE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(EDGES)
                .check(CLASSES);
    }

    @Test
    void whatTheConsoleShowsKnowsNoEdges() {
        noClasses()
                .that()
                .resideInAPackage("org.cloister.repo.console.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..", "gg.jte..", "org.jooq..", "java.sql..", "org.apache.kafka..", "java.nio.file..")
                .check(CLASSES);
    }

    @Test
    void nothingPureAsksForTheTimeOrForChance() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.cloister.repo.decide..",
                        "org.cloister.repo.resolve..",
                        "org.cloister.repo.retention..",
                        "org.cloister.repo.console.model..")
                .or()
                .haveNameMatching(MERKLE)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.Random|java\\.security\\.SecureRandom|java\\.time\\.(Clock|InstantSource)")
                .check(CLASSES);
    }

    @Test
    void commandsAndViewsKnowNeitherHttpNorSql() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.cloister.repo.command..", "org.cloister.repo.view..", "org.cloister.repo.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "org.jooq..", "java.sql..", "org.apache.kafka..", "java.nio.file..")
                .check(CLASSES);
    }

    private static final String[] EDGES = {
        "io.vertx..",
        "org.jooq..",
        "java.sql..",
        "javax.sql..",
        "org.apache.kafka..",
        "jnr..",
        "java.nio.file..",
        "java.net.."
    };
}
