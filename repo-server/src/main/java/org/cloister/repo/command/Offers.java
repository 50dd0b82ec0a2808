package org.cloister.repo.command;

import org.cloister.repo.resolve.PackageIndex;

/** Packages that mirrors fetch on demand. Thread-safe. */
@FunctionalInterface
public interface Offers {
    /** The key of each candidate is its {@link Offer}. The same object as long as nothing changes. May take seconds. */
    PackageIndex index();

    /** No mirror fetches on demand. */
    static Offers none() {
        return () -> PackageIndex.EMPTY;
    }
}
