package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.LaunchRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Run a program in a root. What comes after ROOT belongs to the program.",
        footer = {
            "",
            "Examples:",
            "  cloister run nginx -- nginx -v",
            "  cloister run python3 -- python3 script.py",
            "  cloister run --no-home untrusted -- untrusted     without your files",
            "  cloister run --isolation guest untrusted -- untrusted     its own kernel",
            "",
            "The exit status is the program's."
        })
final class RunVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--no-home", description = "Without the shared home.")
    private boolean noHome;

    @Option(names = "--home", description = "With the shared home, where policy would leave it out.")
    private boolean home;

    @Mixin
    private IsolationChoice isolation = new IsolationChoice();

    @Parameters(index = "0", paramLabel = "ROOT", description = "The root.")
    private String root = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CMD", description = "The program and its arguments.")
    private List<String> command = List.of();

    RunVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        List<String> words = command.get(0).equals("--") ? command.subList(1, command.size()) : command;
        if (home && isolation.isGuest()) {
            throw new CommandFailed(
                    ExitStatus.USAGE, "A guest sees no home.", "Name what it is to see: --share ~/Documents");
        }
        LaunchRequest.Home policy =
                noHome ? LaunchRequest.Home.NONE : home ? LaunchRequest.Home.SHARED : LaunchRequest.Home.BY_POLICY;
        return new Entrance(session).enter(root, words, policy, isolation);
    }
}
