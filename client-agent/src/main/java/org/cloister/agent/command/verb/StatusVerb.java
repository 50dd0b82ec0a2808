package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.RepositoryUnreachable;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.AgentStatus;
import org.cloister.agent.control.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description = "What the agent of this machine and the repository are doing.",
        footer = {"", "Examples:", "  cloister status", "  cloister status --json | jq .agent.position"})
final class StatusVerb implements Callable<Integer> {
    private final Session session;

    StatusVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        var agent = session.agentOrNull();
        AgentStatus here = agent == null ? null : agent.status();
        String trouble = "";
        JsonNode repository = null;
        try {
            repository = session.repository().get(Target.of("v1", "status"));
        } catch (RepositoryUnreachable | RepositoryRefused e) {
            trouble = String.valueOf(e.getMessage());
        } catch (CommandFailed e) {
            trouble = e.what() + " " + e.remedy();
        }
        if (session.json()) {
            session.print(document(here, repository, trouble));
        } else {
            print(here, repository, trouble);
        }
        boolean well = repository != null && (here == null || here.problems().isEmpty());
        return (well ? ExitStatus.OK : here == null ? ExitStatus.UNREACHABLE : ExitStatus.FAILED).code();
    }

    private ObjectNode document(@Nullable AgentStatus here, @Nullable JsonNode repository, String trouble)
            throws IOException {
        ObjectNode document = session.mapper().createObjectNode();
        document.set("agent", session.mapper().valueToTree(here));
        document.put("mounted", here != null && MountTable.ofThisProcess().isMounted(here.mount()));
        document.set("repository", repository);
        if (!trouble.isEmpty()) {
            document.put("problem", trouble);
        }
        return document;
    }

    private void print(@Nullable AgentStatus here, @Nullable JsonNode repository, String trouble) {
        PrintStream out = session.terminal().out();
        if (here == null) {
            line(out, "agent", "none answers on this machine");
        } else {
            agent(out, here);
        }
        if (repository == null) {
            line(out, "repository", trouble);
            return;
        }
        line(
                out,
                "repository",
                repository.path("name").asText() + ", "
                        + repository.path("version").asText() + ", "
                        + repository.path("head").asText() + " events, Kafka has "
                        + repository.path("relay").asText("none"));
    }

    private void agent(PrintStream out, AgentStatus here) {
        line(out, "host", here.name() + " (" + here.host() + ")");
        line(
                out,
                "connected to",
                here.repository() + (here.repositoryReachable() ? "" : ", not reachable now") + ", "
                        + (here.feed().equals("connecting") ? "looking for events" : "events from " + here.feed()));
        line(out, "position", here.position() + (here.heard().isAfter(here.position()) ? " of " + here.heard() : ""));
        boolean mounted = MountTable.ofThisProcess().isMounted(here.mount());
        line(
                out,
                "mount",
                here.mount() + (mounted ? "" : " (NOT MOUNTED)") + ": " + here.roots() + " roots, "
                        + here.fileSystem());
        line(out, "generation", here.generation().toString());
        if (!here.integrity().isEmpty()) {
            line(out, "shipped files", here.integrity());
        }
        if (here.queuedReports() > 0) {
            line(out, "not yet reported", Integer.toString(here.queuedReports()));
        }
        if (!here.pending().isEmpty()) {
            line(out, "to be done", "requests at " + here.pending());
        }
        Progress working = here.working();
        if (working != null) {
            line(
                    out,
                    "doing now",
                    working.step() + " " + working.detail()
                            + (working.total() > 0 ? " " + working.done() + " of " + working.total() : ""));
        }
        if (here.parked() != null) {
            line(out, session.terminal().shape().outStyle().red("stopped at"), here.parked());
        }
        for (String problem : here.problems()) {
            line(out, session.terminal().shape().outStyle().red("problem"), problem);
        }
    }

    private static void line(PrintStream out, String name, String value) {
        out.println(String.format(Locale.ROOT, "%-16s %s", name, Table.printable(value)));
    }
}
