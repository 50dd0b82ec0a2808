package org.cloister.repo.console.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.audit.PackageInterval;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.view.CatalogEntry;
import org.jspecify.annotations.Nullable;

/**
 * One package.
 *
 * @param description of the newest version, without its first line
 * @param homepage as the package says it, never a link
 * @param holders hosts that have it, by what they last reported
 */
public record PackagePage(
        PackageName name,
        String synopsis,
        String description,
        String maintainer,
        String homepage,
        Limited<Version> versions,
        Limited<Holder> holders,
        Limited<Interval> intervals,
        List<EventRow> events) {

    private static final int MAX_DESCRIPTION = 4_000;

    /** @param yanked why, or null */
    public record Version(
            String version,
            String architecture,
            String size,
            String artifact,
            @Nullable String mirror,
            Position position,
            When published,
            int hosts,
            @Nullable String yanked) {}

    /** @param requested whether the root is for this package, not for one that depends on it */
    public record Holder(
            HostId host, String name, String root, String version, boolean requested, Position request, When since) {}

    /**
     * How long a host had a version.
     *
     * @param until null: it still has it
     */
    public record Interval(
            HostId host,
            String name,
            String version,
            When since,
            @Nullable When until,
            String length) {
        public static Interval of(PackageInterval interval, String name, Instant now) {
            PackageInterval.Mark until = interval.until();
            Instant end = until == null ? now : until.at();
            return new Interval(
                    interval.host(),
                    name,
                    interval.id().version().text(),
                    When.of(interval.from().at(), now),
                    When.ofNullable(until == null ? null : until.at(), now),
                    When.length(Duration.between(interval.from().at(), end)));
        }
    }

    /** @param control of the newest version */
    public static PackagePage of(
            CatalogEntry entry,
            Paragraph control,
            PackageHolders holders,
            Limited<Interval> intervals,
            List<EventRow> events,
            Instant now) {
        return new PackagePage(
                entry.name(),
                entry.synopsis(),
                description(control),
                field(control, "Maintainer"),
                field(control, "Homepage"),
                Limited.of(entry.versions(), version -> version(version, holders, now)),
                Limited.of(holders.all(), held -> holder(held, now)),
                intervals,
                events);
    }

    private static Version version(Published version, PackageHolders holders, Instant now) {
        PackagePublished event = version.event();
        return new Version(
                event.id().version().text(),
                event.id().architecture().text(),
                Bytes.text(event.artifactSize()),
                event.artifact().hex(),
                event.mirror() == null ? null : event.mirror().text(),
                version.published().position(),
                When.of(version.published().at(), now),
                holders.count(event.id()),
                version.yankedFor());
    }

    private static Holder holder(PackageHolders.Held held, Instant now) {
        return new Holder(
                held.host(),
                held.name(),
                held.root().text(),
                held.id().version().text(),
                held.requested(),
                held.since().position(),
                When.of(held.since().at(), now));
    }

    private static String field(Paragraph control, String name) {
        String value = control.get(name);
        return value == null ? "" : value.strip();
    }

    /** Without the synopsis; a line with a dot alone is an empty one (Debian Policy 5.6.13). */
    private static String description(Paragraph control) {
        String text = field(control, "Description")
                .lines()
                .skip(1)
                .map(String::strip)
                .map(line -> line.equals(".") ? "" : line)
                .collect(Collectors.joining("\n"));
        return text.length() <= MAX_DESCRIPTION ? text : text.substring(0, MAX_DESCRIPTION) + "…";
    }

    public String href() {
        return Links.pkg(name);
    }
}
