package org.cloister.repo.postgres;

import java.nio.file.Path;
import org.cloister.repo.RepoServices;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;

/**
 * Generates the tables of {@code sql} from a migrated PostgreSQL. To renew the committed ones after a new migration, from the
 * project's directory: {@code bin/generate-tables}.
 */
public final class TableGeneration {
    private TableGeneration() {}

    /** @param arguments the source directory to generate into */
    public static void main(String[] arguments) throws Exception {
        generate(Path.of(arguments[0]));
    }

    static void generate(Path sources) throws Exception {
        DatabaseAccess access = RepoServices.access();
        GenerationTool.generate(new Configuration()
                .withLogging(Logging.WARN)
                .withJdbc(
                        new Jdbc().withUrl(access.url()).withUser(access.user()).withPassword(access.password()))
                .withGenerator(new Generator()
                        .withDatabase(new Database()
                                .withName("org.jooq.meta.postgres.PostgresDatabase")
                                .withInputSchema("public")
                                .withOutputSchemaToDefault(true)
                                .withIncludes(".*")
                                .withExcludes("flyway_schema_history|refuse_change|event_from_.*|event_partition")
                                .withIncludeRoutines(false))
                        .withGenerate(new Generate()
                                .withRecords(false)
                                .withDeprecated(false)
                                .withGeneratedAnnotation(true)
                                .withGeneratedAnnotationDate(false)
                                .withGeneratedAnnotationJooqVersion(false))
                        .withTarget(new Target()
                                .withPackageName("org.cloister.sql.generated")
                                .withDirectory(sources.toString()))));
    }
}
