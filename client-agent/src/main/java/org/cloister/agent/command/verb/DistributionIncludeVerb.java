package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import org.cloister.events.DistributionName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "include",
        description = "Packages are in a distribution from now on.",
        footer = {"", "Examples:", "  cloister distribution include stable tool=1.2-1"})
final class DistributionIncludeVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "NAME", description = "The distribution.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PACKAGE[=VERSION]",
            converter = PackageSpec.Converter.class,
            description = "Published packages; the newest version unless told.")
    private List<PackageSpec> packages = List.of();

    @Option(names = "--component", paramLabel = "NAME", description = "The distribution's first unless told.")
    private @Nullable String component;

    DistributionIncludeVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        DistributionChange change = new DistributionChange(session, new DistributionName(name));
        ObjectNode body = change.body(packages);
        if (component != null) {
            body.put("component", component);
        }
        return change.ask("inclusions", body, "has them");
    }
}
