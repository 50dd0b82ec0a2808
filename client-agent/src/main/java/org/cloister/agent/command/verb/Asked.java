package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.events.HostId;
import org.cloister.events.Position;

/**
 * A request that the repository has accepted.
 *
 * @param position of the request's event
 * @param roots that it is about
 * @param begun false where the host has, or was asked for, all of it already; then nothing more comes of this request
 */
record Asked(HostId host, Position position, String correlation, List<String> roots, boolean begun) {
    private static final int ACCEPTED = 202;

    static Asked of(HostId host, RepositoryApi.Answer reply) {
        JsonNode answer = reply.body();
        List<String> roots = new ArrayList<>();
        answer.path("roots").forEach(root -> roots.add(root.path("alias").asText()));
        return new Asked(
                host,
                new Position(Math.max(0, answer.path("position").asLong())),
                answer.path("correlation").asText(),
                List.copyOf(roots),
                reply.status() == ACCEPTED);
    }
}
