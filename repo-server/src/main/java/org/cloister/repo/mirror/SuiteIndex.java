package org.cloister.repo.mirror;

import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.upstream.IndexFile;

/**
 * One of a suite's indexes that a mirror reads.
 *
 * @param architectures of the mirror whose packages it has: all of them for an index of architecture all
 */
record SuiteIndex(String component, List<Architecture> architectures, IndexFile file) {}
