package org.cloister.agent.remote;

import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * What the repository says of itself.
 *
 * @param epoch changes when its log was restored from a backup
 * @param kafka bootstrap servers, or null where it has none
 */
public record RepositoryStatus(
        String epoch, Position head, @Nullable String kafka) {}
