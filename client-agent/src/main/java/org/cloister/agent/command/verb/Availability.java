package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;

/**
 * Makes a version choosable or not, for every architecture that it is published for.
 *
 * @param operation the last part of the path
 * @param done what is said afterwards
 */
record Availability(Session session, String operation, String done) {
    int change(PackageSpec spec, String reason) throws CommandFailed, IOException, InterruptedException {
        if (spec.version() == null) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "Which version of " + spec.name() + "?",
                    "Name it: cloister " + operation + " " + spec.name() + "=VERSION; `cloister show " + spec.name()
                            + "` lists them.");
        }
        String name = spec.name().text();
        String version = spec.version().text();
        RepositoryApi repository = session.repositoryOfCaller();
        boolean found = false;
        for (JsonNode one : repository.get(Target.of("v1", "packages", name)).path("versions")) {
            if (one.path("version").asText().equals(version)) {
                found = true;
                String architecture = one.path("architecture").asText();
                JsonNode answer = repository.post(
                        Target.of("v1", "packages", name, version, architecture, operation),
                        session.mapper().createObjectNode().put("reason", reason));
                tell(name + " " + version + " " + architecture, answer);
            }
        }
        if (!found) {
            throw new CommandFailed(
                    ExitStatus.REFUSED, spec + " is not published.", "`cloister show " + name + "` lists what is.");
        }
        return ExitStatus.OK.code();
    }

    private void tell(String what, JsonNode answer) {
        if (session.json()) {
            session.print(answer);
        } else {
            session.terminal()
                    .out()
                    .println(what + " is " + done + " as of position "
                            + answer.path("position").asText() + ".");
        }
    }
}
