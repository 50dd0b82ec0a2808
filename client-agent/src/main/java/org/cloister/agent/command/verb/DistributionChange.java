package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.DistributionName;

/** One command that changes a distribution, and what is said of it. */
record DistributionChange(Session session, DistributionName name) {
    /** @param operation the last part of the path. Returns the exit status. */
    int ask(String operation, ObjectNode body, String done) throws CommandFailed, IOException, InterruptedException {
        tell(send(operation, body), done);
        return ExitStatus.OK.code();
    }

    JsonNode send(String operation, ObjectNode body) throws CommandFailed, IOException, InterruptedException {
        return session.repositoryOfCaller().post(Target.of("v1", "distributions", name.text(), operation), body);
    }

    /** @param packages {@code NAME} or {@code NAME=VERSION} */
    ObjectNode body(List<PackageSpec> packages) {
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode list = body.putArray("packages");
        packages.forEach(spec -> list.add(spec.toString()));
        return body;
    }

    void tell(JsonNode answer, String done) {
        if (session.json()) {
            session.print(answer);
            return;
        }
        session.terminal()
                .out()
                .println("Distribution " + name + " " + done + " as of position "
                        + answer.path("position").asText() + ".");
        answer.path("packages").forEach(one -> session.terminal().out().println("  " + one.asText()));
    }
}
