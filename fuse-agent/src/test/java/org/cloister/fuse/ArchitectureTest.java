package org.cloister.fuse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know what. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.cloister.fuse");

    @Test
    void theTreeIsPure() {
        classes()
                .that()
                .resideInAPackage("org.cloister.fuse.tree..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.cloister.fuse.tree..",
                        "org.cloister.events",
                        "org.cloister.events.layer",
                        "java.lang..",
                        "java.nio",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theTreeAsksNoClockAndNoDice() {
        noClasses()
                .that()
                .resideInAPackage("org.cloister.fuse.tree..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(Random|UUID)")
                .check(CLASSES);
    }

    @Test
    void onlyTheMountKnowsNativeCode() {
        noClasses()
                .that()
                .resideInAnyPackage("org.cloister.fuse.union..", "org.cloister.fuse.state..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jnr..", "ru.serce..", "com.kenai..", "org.cloister.fuse.mount..", "org.cloister.fuse.kernel..")
                .check(CLASSES);
    }

    @Test
    void theAgentDoesNotKnowTheRepository() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.cloister.repo..", "org.cloister.sql..", "org.cloister.agent..")
                .check(CLASSES);
    }
}
