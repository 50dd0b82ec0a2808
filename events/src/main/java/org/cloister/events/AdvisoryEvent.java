package org.cloister.events;

import java.time.Instant;
import java.util.List;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;

/** What is known of a security advisory ({@code advisory:<id>}). */
public sealed interface AdvisoryEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(AdvisoryImported event);
    }

    /**
     * Versions of a source package that are affected: all from {@code introduced} to one of the ends, or without an end.
     *
     * @param introduced the first one that is affected; null: all up to the end
     * @param fixed the first one that is affected no longer, or null
     * @param lastAffected the last one that is affected, or null
     */
    record VersionSpan(
            @Nullable DebianVersion introduced,
            @Nullable DebianVersion fixed,
            @Nullable DebianVersion lastAffected) {
        public boolean includes(Version version) {
            return (introduced == null || version.compareTo(introduced) >= 0)
                    && (fixed == null || version.compareTo(fixed) < 0)
                    && (lastAffected == null || version.compareTo(lastAffected) <= 0);
        }
    }

    /**
     * What of one source package is affected in one release.
     *
     * @param release its code name such as {@code bookworm}; empty: in every release
     * @param versions affected ones that no span includes
     */
    record Affected(String release, PackageName source, List<VersionSpan> spans, List<DebianVersion> versions) {
        public Affected {
            spans = List.copyOf(spans);
            versions = List.copyOf(versions);
        }

        /** Whether this version of the source package is affected. */
        public boolean includes(Version version) {
            return spans.stream().anyMatch(span -> span.includes(version))
                    || versions.stream().anyMatch(one -> one.compareTo(version) == 0);
        }
    }

    /**
     * This is known of the advisory from now on, in place of what was known before.
     *
     * @param aliases other names of the same
     * @param summary a line for people, perhaps empty
     * @param withdrawn when its publisher took it back, or null
     * @param file the digest of the file that it was imported from
     */
    record AdvisoryImported(
            AdvisoryId id,
            List<AdvisoryId> aliases,
            String summary,
            @Nullable Instant withdrawn,
            List<Affected> affected,
            Digest file)
            implements AdvisoryEvent {
        public AdvisoryImported {
            aliases = List.copyOf(aliases);
            affected = List.copyOf(affected);
        }

        /** Whether both say the same, whichever files they came from. */
        public boolean saysTheSame(AdvisoryImported other) {
            return equals(new AdvisoryImported(
                    other.id, other.aliases, other.summary, other.withdrawn, other.affected, file));
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
