/**
 * Distributions as stock apt reads them: indexes, Release files, their signatures, and the files that hold them. What is written is
 * a function of a distribution's state and the repository's key. Knows no HTTP, decides nothing.
 */
@NullMarked
package org.cloister.repo.apt;

import org.jspecify.annotations.NullMarked;
