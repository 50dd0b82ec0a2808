package org.cloister.repo.audit;

import org.cloister.repo.advisory.Judgement;
import org.cloister.repo.advisory.SourceVersion;

/**
 * A host had a version that an advisory affects, whether or not anybody knew of the advisory then.
 *
 * @param source what the version was built from
 * @param release the code name by which it was judged; empty where it isn't known
 */
public record Exposure(PackageInterval interval, SourceVersion source, String release, Judgement judgement) {}
