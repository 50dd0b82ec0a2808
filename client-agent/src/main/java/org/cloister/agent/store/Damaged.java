package org.cloister.agent.store;

import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * Stored content that isn't what its name says.
 *
 * @param size what it should have; 0 for a manifest
 * @param manifest a layer's manifest, not an object
 * @param root one that uses it, or null if none is known
 * @param path below the root, one of perhaps many; empty if none is known
 * @param found in words: {@code missing}, {@code differs from its digest}, …
 */
public record Damaged(
        Digest object,
        long size,
        boolean manifest,
        @Nullable RootName root,
        String path,
        String found) {}
