package org.cloister.repo.console.model;

import java.util.List;
import org.cloister.events.HostId;
import org.jspecify.annotations.Nullable;

/**
 * One host.
 *
 * @param key the host's public key, base64
 * @param generation the digest of the last generation that it reported, or null
 * @param retired why it was retired, or null
 * @param events its newest
 */
public record HostPage(
        HostRow host,
        When enrolled,
        String key,
        @Nullable String generation,
        @Nullable String retired,
        Timeline timeline,
        HostAtMoment then,
        List<EventRow> events) {
    public HostId id() {
        return host.id();
    }
}
