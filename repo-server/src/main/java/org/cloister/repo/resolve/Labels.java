package org.cloister.repo.resolve;

/** Packages by as few words as tell them apart: the version where several are published, the architecture where it is foreign. */
final class Labels {
    private final PackageIndex index;
    private final Matching matching;

    Labels(PackageIndex index, Matching matching) {
        this.index = index;
        this.matching = matching;
    }

    String of(Candidate candidate) {
        String name = candidate.name().text();
        if (!matching.isNative(candidate)) {
            name += ":" + candidate.architecture();
        }
        return index.versions(candidate.name()).size() > 1
                ? name + " " + candidate.id().version()
                : name;
    }
}
