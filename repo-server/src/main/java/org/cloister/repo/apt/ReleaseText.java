package org.cloister.repo.apt;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.ReleaseFields;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.decide.DistributionSnapshot;

/** The texts of Release files (Debian wiki, "DebianRepository/Format"; apt's "Snapshots"). */
final class ReleaseText {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final long SECONDS_OF_DAY = 86_400;

    private ReleaseText() {}

    /** @param files by their path below {@code dists/<suite>/} */
    static String of(DistributionSnapshot snapshot, SortedMap<String, Publication.File> files) {
        DistributionDefined definition = snapshot.definition();
        ReleaseFields release = definition.release();
        StringBuilder text = new StringBuilder(256 + files.size() * 120);
        field(text, "Origin", release.origin());
        field(text, "Label", release.label());
        field(text, "Suite", release.suite());
        field(text, "Codename", release.codename());
        field(text, "Date", date(snapshot.date()));
        if (release.validDays() != null) {
            field(text, "Valid-Until", date(snapshot.date().plusSeconds(release.validDays() * SECONDS_OF_DAY)));
        }
        field(text, "Acquire-By-Hash", "yes");
        field(text, "No-Support-for-Architecture-all", "Packages");
        if (release.address() != null) {
            String address = release.address().replaceAll("/+$", "");
            field(text, "Snapshots", address + "/apt/" + definition.name() + "@@SNAPSHOTID@/");
        }
        field(
                text,
                "Architectures",
                "all "
                        + definition.architectures().stream()
                                .map(Architecture::text)
                                .collect(Collectors.joining(" ")));
        field(text, "Components", String.join(" ", definition.components()));
        field(text, "Description", release.description());
        text.append("SHA256:\n");
        for (Map.Entry<String, Publication.File> file : files.entrySet()) {
            text.append(' ')
                    .append(file.getValue().digest().hex())
                    .append(' ')
                    .append(file.getValue().size())
                    .append(' ')
                    .append(file.getKey())
                    .append('\n');
        }
        return text.toString();
    }

    /** What installers read beside a Packages index. */
    static String ofIndex(DistributionDefined definition, String component, Architecture architecture) {
        StringBuilder text = new StringBuilder();
        field(text, "Archive", definition.release().suite());
        field(text, "Origin", definition.release().origin());
        field(text, "Label", definition.release().label());
        field(text, "Acquire-By-Hash", "yes");
        field(text, "Component", component);
        field(text, "Architecture", architecture.text());
        return text.toString();
    }

    private static String date(Instant at) {
        return DATE.format(at);
    }

    private static void field(StringBuilder text, String name, String value) {
        if (!value.isBlank()) {
            text.append(name).append(": ").append(value.strip()).append('\n');
        }
    }
}
