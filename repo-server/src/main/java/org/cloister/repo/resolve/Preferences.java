package org.cloister.repo.resolve;

import java.util.Set;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;

/**
 * What decides where Debian's rules leave a choice.
 *
 * @param foreign architectures beside the native one whose packages may be chosen
 * @param preferred names to choose before the other alternatives of a dependency
 * @param keep versions to choose before newer ones, such as those of the closure that is upgraded
 * @param recommends whether what a package recommends comes too where it can be had (Debian Policy 7.2); never what the
 *     Essential packages recommend, which would be the same for every root
 */
public record Preferences(
        Set<Architecture> foreign, Set<PackageName> preferred, Set<PackageId> keep, boolean recommends) {
    /**
     * Native packages only, the newest versions. Every root is usr-merged by the base layer, so the empty package that says
     * so is chosen before the one that would convert it (and would bring Perl into each root); debootstrap does the same.
     */
    public static final Preferences DEFAULT =
            new Preferences(Set.of(), Set.of(new PackageName("usr-is-merged")), Set.of());

    public Preferences {
        foreign = Set.copyOf(foreign);
        preferred = Set.copyOf(preferred);
        keep = Set.copyOf(keep);
    }

    /** Without Recommends. */
    public Preferences(Set<Architecture> foreign, Set<PackageName> preferred, Set<PackageId> keep) {
        this(foreign, preferred, keep, false);
    }

    public Preferences withRecommends(boolean wanted) {
        return new Preferences(foreign, preferred, keep, wanted);
    }
}
