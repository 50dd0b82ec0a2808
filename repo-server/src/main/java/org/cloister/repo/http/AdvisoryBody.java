package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryId;
import org.cloister.repo.advisory.AdvisoriesView.Known;
import org.jspecify.annotations.Nullable;

/** An advisory as it is told. */
record AdvisoryBody(
        AdvisoryId id,
        List<AdvisoryId> aliases,
        String summary,
        @Nullable Instant withdrawn,
        List<Affected> affected,
        Instant importedAt,
        long position) {
    static AdvisoryBody of(Known known) {
        AdvisoryImported advisory = known.advisory();
        return new AdvisoryBody(
                advisory.id(),
                advisory.aliases(),
                advisory.summary(),
                advisory.withdrawn(),
                advisory.affected(),
                known.last().at(),
                known.last().position().value());
    }
}
