package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import org.cloister.events.DistributionName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exclude",
        description = "Packages are not in a distribution from now on, until they are included.",
        footer = {"", "Examples:", "  cloister distribution exclude stable tool=1.2-1 --reason \"breaks the login\""})
final class DistributionExcludeVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "NAME", description = "The distribution.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PACKAGE[=VERSION]",
            converter = PackageSpec.Converter.class,
            description = "Packages in it; all versions unless told.")
    private List<PackageSpec> packages = List.of();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    DistributionExcludeVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        DistributionChange change = new DistributionChange(session, new DistributionName(name));
        return change.ask("exclusions", change.body(packages).put("reason", reason), "is without them");
    }
}
