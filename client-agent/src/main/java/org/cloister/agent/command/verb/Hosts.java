package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.HostId;

/** Which hosts a command is about: ids, or what people call them. */
record Hosts(Session session) {
    /** This host where none is named. @throws CommandFailed if a name isn't known or is that of several hosts */
    List<HostId> resolve(List<String> named) throws CommandFailed, IOException, InterruptedException {
        if (named.isEmpty()) {
            return List.of(session.agent().enrolment().host());
        }
        List<HostId> hosts = new ArrayList<>();
        for (String name : named) {
            hosts.add(resolve(name));
        }
        return hosts;
    }

    HostId resolve(String name) throws CommandFailed, IOException, InterruptedException {
        if (name.matches("h-[0-9a-f]{16}")) {
            return new HostId(name);
        }
        var agent = session.agentOrNull();
        if (agent != null && agent.enrolment().name().equals(name)) {
            return agent.enrolment().host();
        }
        List<String> found = new ArrayList<>();
        JsonNode all = session.repositoryOfCaller().get(Target.of("v1", "hosts"));
        for (JsonNode host : all.path("hosts")) {
            if (host.path("name").asText().equals(name) && !host.path("retired").asBoolean()) {
                found.add(host.path("host").asText());
            }
        }
        if (found.size() == 1) {
            return new HostId(found.get(0));
        }
        throw found.isEmpty()
                ? new CommandFailed(
                        ExitStatus.FAILED,
                        "No host is called " + name + ".",
                        "`cloister host list` shows the hosts that are enrolled.")
                : new CommandFailed(
                        ExitStatus.FAILED,
                        found.size() + " hosts are called " + name + ".",
                        "Name it by its id: " + String.join(" or ", found));
    }
}
