package org.cloister.repo.resolve;

import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;
import org.cloister.events.deb.VersionBound;
import org.jspecify.annotations.Nullable;

/**
 * Whether a package satisfies or offends a relation: what dpkg 1.21 answers (deb-control(5), Policy 7.1, 7.4 and 7.5), with
 * every case of architecture and Provides tried against {@code dpkg --configure}. Relations of RPM packages are matched as rpm does.
 */
final class Matching {
    private static final String ALL = "all";
    private static final String NATIVE = "native";

    private final String nativeArchitecture;

    Matching(Architecture nativeArchitecture) {
        this.nativeArchitecture = nativeArchitecture.text();
    }

    /** Whether {@code target} is enough for {@code relation} in Depends or Pre-Depends of {@code owner}. */
    boolean satisfies(Candidate owner, Relation relation, Candidate target) {
        if (relation.name().equals(target.name())
                && relation.admits(target.id().version())
                && architectureSatisfies(owner, relation.qualifier(), target, null)) {
            return true;
        }
        Relation provided = provided(relation, target);
        return provided != null && architectureSatisfies(owner, relation.qualifier(), target, provided.qualifier());
    }

    /**
     * Whether {@code relation} in Conflicts or Breaks of {@code owner} forbids {@code target}; never a package of its own name.
     *
     * @param breaks whether it stands in Breaks, or in RPM's Obsoletes, which mean packages and not what these provide
     */
    boolean excludes(Candidate owner, Relation relation, Candidate target, boolean breaks) {
        if (breaks && owner.name().isRpm() && !relation.name().equals(target.name())) {
            return false;
        }
        if (owner.name().equals(target.name()) || !architectureExcluded(relation.qualifier(), target)) {
            return false;
        }
        return (relation.name().equals(target.name())
                        && relation.admits(target.id().version()))
                || provided(relation, target) != null;
    }

    /** An unversioned Provides satisfies and offends unversioned relations only. */
    private static @Nullable Relation provided(Relation relation, Candidate target) {
        PackageName name = relation.name();
        VersionBound bound = relation.bound();
        for (Relation provided : target.provides()) {
            if (provided.name().equals(name)) {
                VersionBound version = provided.bound();
                if (target.name().isRpm()) {
                    if (RpmRelations.meets(relation, provided)) {
                        return provided;
                    }
                } else if (bound == null || (version != null && bound.admits(version.version()))) {
                    return provided;
                }
            }
        }
        return null;
    }

    private boolean architectureSatisfies(
            Candidate owner, @Nullable String wanted, Candidate target, @Nullable String provided) {
        if (wanted == null && target.multiArch() == MultiArch.FOREIGN) {
            return true;
        }
        if (Relation.ANY.equals(wanted)) {
            return target.multiArch() == MultiArch.ALLOWED || Relation.ANY.equals(provided);
        }
        String needed = wanted == null ? owner.architecture().text() : wanted;
        String offered = provided == null ? target.architecture().text() : provided;
        return concrete(needed).equals(concrete(offered));
    }

    private boolean architectureExcluded(@Nullable String wanted, Candidate target) {
        return wanted == null
                || wanted.equals(Relation.ANY)
                || concrete(wanted).equals(concrete(target.architecture().text()));
    }

    /** Packages for all architectures count as native ones. */
    private String concrete(String architecture) {
        return architecture.equals(ALL) || architecture.equals(NATIVE) ? nativeArchitecture : architecture;
    }

    boolean isNative(Candidate candidate) {
        return concrete(candidate.architecture().text()).equals(nativeArchitecture);
    }

    /** Whether two packages of one name can be in one root: only Multi-Arch: same ones, in one version. */
    static boolean coinstallable(Candidate one, Candidate other) {
        return one.multiArch() == MultiArch.SAME
                && other.multiArch() == MultiArch.SAME
                && !one.architecture().equals(other.architecture())
                && one.id().version().equals(other.id().version());
    }
}
