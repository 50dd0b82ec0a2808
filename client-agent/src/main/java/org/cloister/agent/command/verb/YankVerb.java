package org.cloister.agent.command.verb;

import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "yank",
        description = "Let no new closure choose a version; hosts that have it keep it.",
        footer = {"", "Examples:", "  cloister yank nginx=1.22.1-9 --reason \"opens a hole\""})
final class YankVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME=VERSION", converter = PackageSpec.Converter.class, description = "The version.")
    private PackageSpec spec = PackageSpec.parse("none");

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    YankVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return new Availability(session, "yank", "yanked").change(spec, reason);
    }
}
