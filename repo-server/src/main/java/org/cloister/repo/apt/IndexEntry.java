package org.cloister.repo.apt;

import java.util.Comparator;
import org.cloister.events.deb.PackageId;

/** A package of a Packages index. Two that are equal have the same paragraph. */
interface IndexEntry {
    /** By name, then version, then architecture; the text decides between versions that compare as equal. */
    Comparator<IndexEntry> ORDER = Comparator.comparing(
                    (IndexEntry entry) -> entry.id().name().text())
            .thenComparing(entry -> entry.id().version())
            .thenComparing(entry -> entry.id().version().text())
            .thenComparing(entry -> entry.id().architecture());

    PackageId id();

    /** Its paragraph, UTF-8, ending with an empty line; made anew at each call. */
    byte[] paragraph();
}
