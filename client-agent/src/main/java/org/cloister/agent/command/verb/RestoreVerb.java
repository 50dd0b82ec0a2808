package org.cloister.agent.command.verb;

import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = "Let a yanked version be chosen again.",
        footer = {"", "Examples:", "  cloister restore nginx=1.22.1-9 --reason \"was a false alarm\""})
final class RestoreVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME=VERSION", converter = PackageSpec.Converter.class, description = "The version.")
    private PackageSpec spec = PackageSpec.parse("none");

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    RestoreVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return new Availability(session, "restore", "restored").change(spec, reason);
    }
}
