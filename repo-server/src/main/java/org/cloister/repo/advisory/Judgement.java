package org.cloister.repo.advisory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;

/** Whether advisories that mean the same affect a package. */
public enum Judgement {
    AFFECTED,
    /** The package's release isn't known, and it would be affected in some releases and not in others. */
    POSSIBLE,
    NOT_AFFECTED;

    /**
     * By the statements about the release that the package is of. Without one, by those about all releases: a version that each of
     * them counts as affected is, one that none counts is not.
     *
     * @param release a code name, or empty if it isn't known
     */
    public static Judgement of(List<AdvisoryImported> advisories, SourceVersion source, String release) {
        List<Affected> statements = new ArrayList<>();
        for (AdvisoryImported advisory : advisories) {
            if (advisory.withdrawn() == null) {
                advisory.affected().stream()
                        .filter(affected -> affected.source().equals(source.name()))
                        .forEach(statements::add);
            }
        }
        List<Affected> applying = statements.stream()
                .filter(affected -> release.isEmpty()
                        || affected.release().isEmpty()
                        || affected.release().equals(release))
                .toList();
        long affecting = applying.stream()
                .filter(affected -> affected.includes(source.version()))
                .count();
        if (affecting == 0) {
            return NOT_AFFECTED;
        }
        return release.isEmpty() && affecting < applying.size() ? POSSIBLE : AFFECTED;
    }

    /** Lower-case, words separated by hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
