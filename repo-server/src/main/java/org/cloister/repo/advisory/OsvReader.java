package org.cloister.repo.advisory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryEvent.VersionSpan;
import org.cloister.events.AdvisoryId;
import org.cloister.events.Digest;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.advisory.AdvisoryFile.Read;
import org.jspecify.annotations.Nullable;

/** Advisories in the Open Source Vulnerability format, version 1; of the ecosystems Debian and Ubuntu, whose packages are source packages. */
final class OsvReader {
    private static final Pattern ECOSYSTEM = Pattern.compile("(Debian|Ubuntu)(?::(.+))?");
    private static final String ORDERED = "ECOSYSTEM";

    private final Digest file;
    private final Statements statements = new Statements();
    private final Map<AdvisoryId, AdvisoryImported> found = new LinkedHashMap<>();

    OsvReader(Digest file) {
        this.file = file;
    }

    /** From the beginning of a document. */
    Read read(JsonParser parser) throws IOException {
        if (parser.nextToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                take(AdvisoryJson.tree(parser));
            }
            if (parser.currentToken() != JsonToken.END_ARRAY) {
                throw new IllegalArgumentException("the array has something that is no object");
            }
        } else {
            take(AdvisoryJson.tree(parser));
        }
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("something follows after the document");
        }
        return new Read(file, "osv", List.copyOf(found.values()), statements.leftOut(), statements.reasons());
    }

    private void take(JsonNode document) {
        String name = document.path("id").asText();
        try {
            AdvisoryId id = new AdvisoryId(name);
            found.put(id, advisory(id, document));
        } catch (IllegalArgumentException e) {
            statements.leaveOut(name.isEmpty() ? "an advisory without id" : name, String.valueOf(e.getMessage()));
        }
        AdvisoryJson.require(
                found.size() <= AdvisoryFile.MAX_ADVISORIES, "more advisories than " + AdvisoryFile.MAX_ADVISORIES);
    }

    private AdvisoryImported advisory(AdvisoryId id, JsonNode document) {
        List<Affected> affected = new ArrayList<>();
        for (JsonNode one : document.path("affected")) {
            affected(id, one, affected);
        }
        AdvisoryJson.require(
                affected.size() <= AdvisoryFile.MAX_AFFECTED, "more than " + AdvisoryFile.MAX_AFFECTED + " affected");
        String summary =
                document.path("summary").asText(document.path("details").asText());
        return new AdvisoryImported(
                id, aliases(document), Statements.summary(summary), withdrawn(document), affected, file);
    }

    /** Names that mean the same, and those of upstream's advisories that it is about. */
    private List<AdvisoryId> aliases(JsonNode document) {
        List<AdvisoryId> aliases = new ArrayList<>();
        for (String field : List.of("aliases", "upstream", "related")) {
            for (JsonNode alias : document.path(field)) {
                try {
                    AdvisoryId id = new AdvisoryId(alias.asText());
                    if (!aliases.contains(id)) {
                        aliases.add(id);
                    }
                } catch (IllegalArgumentException e) {
                    statements.leaveOut("an alias", String.valueOf(e.getMessage()));
                }
            }
        }
        return aliases;
    }

    private static @Nullable Instant withdrawn(JsonNode document) {
        JsonNode withdrawn = document.path("withdrawn");
        try {
            return withdrawn.isTextual() ? Instant.parse(withdrawn.asText()) : null;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("withdrawn is no time: " + withdrawn.asText(), e);
        }
    }

    private void affected(AdvisoryId id, JsonNode one, List<Affected> affected) {
        String ecosystem = one.path("package").path("ecosystem").asText();
        Matcher matcher = ECOSYSTEM.matcher(ecosystem);
        if (!matcher.matches()) {
            statements.leaveOut(id.text(), "the ecosystem " + ecosystem + " has no Debian packages");
            return;
        }
        String number = matcher.group(2) == null ? "" : matcher.group(2);
        String release = number.isEmpty()
                ? ""
                : matcher.group(1).equals("Debian") ? Releases.debian(number) : Releases.ubuntu(number);
        try {
            PackageName source =
                    new PackageName(one.path("package").path("name").asText());
            List<VersionSpan> spans = new ArrayList<>();
            for (JsonNode range : one.path("ranges")) {
                if (range.path("type").asText().equals(ORDERED)) {
                    spans.addAll(spans(range.path("events")));
                }
            }
            affected.add(new Affected(release, source, spans, versions(one.path("versions"), spans)));
        } catch (IllegalArgumentException e) {
            statements.leaveOut(id.text(), String.valueOf(e.getMessage()));
        }
    }

    /** Where a span begins or ends. */
    private record Edge(String kind, @Nullable DebianVersion version) {
        private static final Comparator<Edge> ORDER = Comparator.comparing(
                        Edge::version, Comparator.nullsFirst(Comparator.<DebianVersion>naturalOrder()))
                .thenComparing(edge -> edge.kind().equals("introduced") ? 0 : 1);
    }

    /** OSV's evaluation: by version, {@code introduced} opens and {@code fixed} or {@code last_affected} closes. */
    private static List<VersionSpan> spans(JsonNode events) {
        List<Edge> edges = new ArrayList<>();
        for (JsonNode event : events) {
            for (String kind : List.of("introduced", "fixed", "last_affected")) {
                if (event.hasNonNull(kind)) {
                    String text = event.path(kind).asText();
                    edges.add(new Edge(kind, text.equals("0") ? null : new DebianVersion(text)));
                }
            }
        }
        edges.sort(Edge.ORDER);
        List<VersionSpan> spans = new ArrayList<>();
        Edge open = null;
        for (Edge edge : edges) {
            if (edge.kind().equals("introduced")) {
                open = open == null ? edge : open;
            } else if (open != null) {
                boolean fixed = edge.kind().equals("fixed");
                spans.add(
                        new VersionSpan(open.version(), fixed ? edge.version() : null, fixed ? null : edge.version()));
                open = null;
            }
        }
        if (open != null) {
            spans.add(new VersionSpan(open.version(), null, null));
        }
        return spans;
    }

    private static List<DebianVersion> versions(JsonNode listed, List<VersionSpan> spans) {
        List<DebianVersion> versions = new ArrayList<>();
        for (JsonNode one : listed) {
            DebianVersion version = new DebianVersion(one.asText());
            if (spans.stream().noneMatch(span -> span.includes(version))) {
                versions.add(version);
            }
            AdvisoryJson.require(
                    versions.size() <= AdvisoryFile.MAX_AFFECTED, "more versions than " + AdvisoryFile.MAX_AFFECTED);
        }
        return versions;
    }
}
