/**
 * What the import of every package format shares: an artifact is read once, under limits, into objects and a layer, or refused
 * with a rule. {@link org.cloister.repo.artifact.ArtifactImporter} picks the format by the file's first bytes. Knows the pool, and
 * nothing of a single format, of events, HTTP or mirrors.
 */
@NullMarked
package org.cloister.repo.artifact;

import org.jspecify.annotations.NullMarked;
