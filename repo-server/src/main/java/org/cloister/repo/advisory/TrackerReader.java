package org.cloister.repo.advisory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryEvent.VersionSpan;
import org.cloister.events.AdvisoryId;
import org.cloister.events.Digest;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.advisory.AdvisoryFile.Read;

/**
 * Debian's security tracker: source packages, the issues of each, and of each issue where in a release it is fixed. An issue that
 * is open affects every version; {@code fixed_version} 0 says that the release never was affected. What the tracker calls
 * undetermined is left out and counted.
 */
final class TrackerReader {
    private static final String NEVER_AFFECTED = "0";

    private final Digest file;
    private final Statements statements = new Statements();
    private final Map<AdvisoryId, Issue> issues = new TreeMap<>();

    /** What several packages say of one issue. */
    private static final class Issue {
        private final List<Affected> affected = new ArrayList<>();
        private String summary = "";
    }

    TrackerReader(Digest file) {
        this.file = file;
    }

    /** From the beginning of a document. */
    Read read(JsonParser parser) throws IOException {
        AdvisoryJson.require(parser.nextToken() == JsonToken.START_OBJECT, "the tracker's file is an object");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String source = parser.currentName();
            AdvisoryJson.require(
                    parser.nextToken() == JsonToken.START_OBJECT,
                    "at " + source
                            + ": neither an advisory (it would have an id) nor the tracker's issues of a package");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String issue = parser.currentName();
                AdvisoryJson.require(
                        parser.nextToken() == JsonToken.START_OBJECT, "at " + source + ", " + issue + ": no object");
                take(source, issue, AdvisoryJson.tree(parser));
            }
        }
        AdvisoryJson.require(parser.nextToken() == null, "something follows after the document");
        List<AdvisoryImported> advisories = new ArrayList<>();
        issues.forEach((id, issue) ->
                advisories.add(new AdvisoryImported(id, List.of(), issue.summary, null, issue.affected, file)));
        return new Read(file, "debian-security-tracker", advisories, statements.leftOut(), statements.reasons());
    }

    private void take(String source, String name, JsonNode described) {
        AdvisoryJson.require(
                described.path("releases").isObject(),
                "at " + source + ", " + name + ": no releases, so not the tracker's");
        try {
            PackageName checked = new PackageName(source);
            Issue issue = issues.computeIfAbsent(new AdvisoryId(name), id -> new Issue());
            if (issue.summary.isEmpty()) {
                issue.summary = Statements.summary(described.path("description").asText());
            }
            described
                    .path("releases")
                    .fields()
                    .forEachRemaining(release -> release(name, checked, release.getKey(), release.getValue(), issue));
            AdvisoryJson.require(
                    issue.affected.size() <= AdvisoryFile.MAX_AFFECTED,
                    "more than " + AdvisoryFile.MAX_AFFECTED + " affected");
        } catch (IllegalArgumentException e) {
            statements.leaveOut(source + ", " + name, String.valueOf(e.getMessage()));
        }
        AdvisoryJson.require(
                issues.size() <= AdvisoryFile.MAX_ADVISORIES, "more advisories than " + AdvisoryFile.MAX_ADVISORIES);
    }

    private void release(String name, PackageName source, String release, JsonNode state, Issue issue) {
        String fixed = state.path("fixed_version").asText();
        switch (state.path("status").asText()) {
            case "open" -> issue.affected.add(affected(release, source, new VersionSpan(null, null, null)));
            case "resolved" -> {
                if (fixed.isEmpty()) {
                    statements.leaveOut(source + ", " + name + " in " + release, "resolved, but in no version");
                } else if (!fixed.equals(NEVER_AFFECTED)) {
                    issue.affected.add(
                            affected(release, source, new VersionSpan(null, new DebianVersion(fixed), null)));
                }
            }
            default ->
                statements.leaveOut(
                        source + ", " + name + " in " + release,
                        "its status is " + state.path("status").asText("unknown"));
        }
    }

    private static Affected affected(String release, PackageName source, VersionSpan span) {
        return new Affected(release, source, List.of(span), List.of());
    }
}
