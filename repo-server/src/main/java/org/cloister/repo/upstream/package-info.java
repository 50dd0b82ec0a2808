/**
 * An upstream Debian archive, which may lie: fetches over HTTP, believes only what a key of the mirror's definition signed
 * (InRelease) and what a digest in there names. It knows no events, no pool and no resolver.
 */
@NullMarked
package org.cloister.repo.upstream;

import org.jspecify.annotations.NullMarked;
