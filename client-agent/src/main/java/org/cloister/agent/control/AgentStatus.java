package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * The agent at a moment.
 *
 * @param feed where its events come from: {@code kafka}, {@code http}, {@code none}, or {@code connecting} before the
 *     first answer
 * @param repositoryReachable whether the last thing that was asked of the repository was answered
 * @param epoch of the log, empty before the first contact
 * @param position up to which everything is carried out and durable
 * @param heard up to which events have arrived
 * @param generation the digest of the present generation
 * @param fileSystem what is known of the union file system, for people
 * @param integrity how the slow check of shipped content stands, for people; empty when the file system doesn't answer
 * @param queuedReports outcomes that the repository hasn't got yet
 * @param pending requests that have no outcome yet
 * @param working what is being done now, or null
 * @param parked an event that couldn't be understood and stops this host, or null
 * @param problems what is wrong, each a sentence
 */
public record AgentStatus(
        HostId host,
        String name,
        String repository,
        boolean repositoryReachable,
        String feed,
        String epoch,
        Position position,
        Position heard,
        Digest generation,
        String mount,
        String fileSystem,
        String integrity,
        int roots,
        int queuedReports,
        List<Position> pending,
        @Nullable Progress working,
        @Nullable String parked,
        List<String> problems) {
    public AgentStatus {
        pending = List.copyOf(pending);
        problems = List.copyOf(problems);
    }
}
