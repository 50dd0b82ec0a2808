package org.cloister.repo.pool;

import java.nio.file.Path;

/**
 * Something stored, which never changes and is never removed while the process runs.
 *
 * @param size bytes
 */
public record Blob(Path path, long size) {}
