package org.cloister.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What events mean, and what services do, is decided without files, processes, sockets, clocks and chance. */
class PureCoreTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.cloister.agent.image", "org.cloister.agent.service");

    @Test
    void theCoreDoesNoInputOrOutput() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net..", "java.sql..", "io.vertx..", "org.slf4j..")
                .check(CORE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Process.class)
                .check(CORE);
    }

    @Test
    void theCoreReadsNoClockAndNoRandomSource() {
        noClasses().should().dependOnClassesThat().areAssignableTo(Clock.class).check(CORE);
        noClasses().should().dependOnClassesThat().areAssignableTo(Random.class).check(CORE);
        noClasses().should().callMethod(UUID.class, "randomUUID").check(CORE);
        noClasses().should().callMethod(Instant.class, "now").check(CORE);
        noClasses().should().callMethod(System.class, "nanoTime").check(CORE);
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(CORE);
    }

    @Test
    void theCoreKnowsNoEdge() {
        noClasses()
                .that()
                .resideInAPackage("org.cloister.agent.service..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.cloister.agent.supervise..",
                        "org.cloister.agent.root..",
                        "org.cloister.agent.state..",
                        "org.cloister.agent.store..",
                        "org.cloister.agent.control..",
                        "org.cloister.agent.image..")
                .check(CORE);
    }
}
