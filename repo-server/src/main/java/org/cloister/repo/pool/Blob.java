package org.cloister.repo.pool;

import java.nio.file.Path;

/**
 * Something stored, which never changes. Once found it stays at least until the grace of the next collection has passed.
 *
 * @param size bytes
 */
public record Blob(Path path, long size) {}
