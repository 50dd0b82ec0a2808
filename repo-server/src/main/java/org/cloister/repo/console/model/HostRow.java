package org.cloister.repo.console.model;

import java.time.Instant;
import java.util.Locale;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.repo.audit.HostCondition;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.HostsView.HostEntry;
import org.jspecify.annotations.Nullable;

/**
 * A host in the fleet.
 *
 * @param seen when its agent last said something that is recorded, or null
 * @param behind events of the log since the oldest request that it didn't report about
 * @param waits since when that request waits, or null
 */
public record HostRow(
        HostId id,
        String name,
        Health health,
        HostCondition condition,
        @Nullable When seen,
        long behind,
        @Nullable When waits) {

    public static HostRow of(HostEntry entry, HostCondition condition, Position head, Instant now) {
        Occurrence oldest = condition.waitingSince();
        return new HostRow(
                entry.host(),
                HostsView.nameOf(entry),
                Health.of(entry, condition, now),
                condition,
                When.ofNullable(entry.lastReportAt(), now),
                oldest == null ? 0 : head.value() - oldest.position().value() + 1,
                oldest == null ? null : When.of(oldest.at(), now));
    }

    public String href() {
        return Links.host(id);
    }

    /** Without regard to case. */
    public boolean matches(String lowerCase) {
        return name.toLowerCase(Locale.ROOT).contains(lowerCase) || id.text().contains(lowerCase);
    }
}
