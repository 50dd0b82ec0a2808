package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.LaunchRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "shell",
        description = "Open a shell in a root.",
        footer = {"", "Examples:", "  cloister shell nginx", "  cloister shell --no-home nginx"})
final class ShellVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--no-home", description = "Without the shared home.")
    private boolean noHome;

    @Mixin
    private IsolationChoice isolation = new IsolationChoice();

    @Parameters(paramLabel = "ROOT", description = "The root.")
    private String root = "";

    ShellVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return new Entrance(session)
                .enter(root, List.of(), noHome ? LaunchRequest.Home.NONE : LaunchRequest.Home.SHARED, isolation);
    }
}
