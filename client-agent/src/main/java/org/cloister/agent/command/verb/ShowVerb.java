package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.deb.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show a package: its versions, its description, where it is installed here.",
        footer = {"", "Examples:", "  cloister show nginx", "  cloister show nginx=1.22.1-9"})
final class ShowVerb implements Callable<Integer> {
    /** Of Debian packages and of RPM packages. */
    private static final List<String> FIELDS = List.of(
            "Format",
            "Section",
            "Maintainer",
            "License",
            "Homepage",
            "Depends",
            "Requires",
            "Recommends",
            "Conflicts",
            "Obsoletes",
            "Scriptlets",
            RpmRemarks.NOT_RUN);

    private final Session session;

    @Parameters(paramLabel = "NAME[=VERSION]", converter = PackageSpec.Converter.class, description = "The package.")
    private PackageSpec spec = PackageSpec.parse("none");

    ShowVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode found =
                session.repository().get(Target.of("v1", "packages", spec.name().text()));
        JsonNode version = version(found.path("versions"));
        if (session.json()) {
            session.print(spec.version() == null ? found : version);
        } else {
            print(found.path("versions"), version);
        }
        return ExitStatus.OK.code();
    }

    private JsonNode version(JsonNode versions) throws CommandFailed {
        Version wanted = spec.version();
        for (JsonNode version : versions) {
            boolean named = wanted != null
                    && wanted.text().equals(version.path("version").asText());
            if (named || (wanted == null && version.path("yanked").isNull())) {
                return version;
            }
        }
        if (wanted == null && versions.has(0)) {
            return versions.get(0);
        }
        throw new CommandFailed(
                ExitStatus.REFUSED,
                spec + " is not published.",
                "`cloister show " + spec.name() + "` lists the versions that are.");
    }

    private void print(JsonNode versions, JsonNode shown) throws CommandFailed {
        PrintStream out = session.terminal().out();
        Style style = session.terminal().shape().outStyle();
        out.println(style.bold(spec.name() + " " + shown.path("version").asText() + " "
                + shown.path("architecture").asText()));
        line(
                out,
                "published",
                shown.path("publishedAt").asText() + " at position "
                        + shown.path("position").asText() + from(shown.path("mirror")));
        line(out, "size", Quantity.bytes(shown.path("artifactSize").asLong()));
        line(out, "artifact", shown.path("artifact").asText());
        line(out, "layer", shown.path("layer").asText());
        for (JsonNode signer : shown.path("signers")) {
            line(out, "signed by", signer.asText());
        }
        if (!shown.path("yanked").isNull()) {
            line(out, "yanked", shown.path("yanked").asText());
        }
        installed(out);
        for (String field : FIELDS) {
            if (shown.path("fields").has(field)) {
                String value = shown.path("fields").path(field).asText();
                line(
                        out,
                        words(field),
                        String.join(", ", value.lines().map(String::strip).toList()));
            }
        }
        shown.path("fields").path("Description").asText().lines().forEach(text -> out.println("  " + clean(text)));
        if (versions.size() > 1) {
            others(versions);
        }
    }

    private static String words(String field) {
        return field.toLowerCase(java.util.Locale.ROOT).replace('-', ' ');
    }

    private void others(JsonNode versions) {
        session.terminal().out().println();
        Table table = new Table("VERSION", "ARCHITECTURE", "PUBLISHED", "MIRROR", "STATE");
        for (JsonNode version : versions) {
            table.row(
                    version.path("version").asText(),
                    version.path("architecture").asText(),
                    version.path("publishedAt").asText(),
                    version.path("mirror").isNull()
                            ? "-"
                            : version.path("mirror").asText(),
                    version.path("yanked").isNull()
                            ? "published"
                            : "yanked: " + version.path("yanked").asText());
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }

    private void installed(PrintStream out) {
        var agent = session.agentOrNull();
        if (agent != null) {
            agent.roots().stream()
                    .filter(root -> root.requested().name().equals(spec.name()))
                    .forEach(root -> line(out, "here", root.requested().version() + " in root " + root.root()));
        }
    }

    private static String from(JsonNode mirror) {
        return mirror.isNull() || mirror.isMissingNode() ? "" : " from mirror " + mirror.asText();
    }

    private static String clean(String text) {
        return text.strip().equals(".") ? "" : Table.printable(text.strip());
    }

    private static void line(PrintStream out, String name, String value) {
        out.println(String.format(java.util.Locale.ROOT, "  %-12s %s", name, Table.printable(value)));
    }
}
