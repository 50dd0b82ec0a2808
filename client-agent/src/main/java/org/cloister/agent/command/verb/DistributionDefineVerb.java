package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.DistributionName;
import org.cloister.events.MirrorName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "define",
        description = {
            "Define a distribution, or define it anew.",
            "Without --mirror and --uploads it follows nothing: it has what is included in it or promoted to it."
        },
        footer = {
            "",
            "Examples:",
            "  cloister distribution define testing --mirror debian --mirror debian-security --uploads",
            "  cloister distribution define stable --components main,contrib --valid-days 14",
            "  cloister distribution define upstream --mirror debian --verbatim"
        })
final class DistributionDefineVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "What it will be called, also in its address.")
    private String name = "";

    @Option(names = "--mirror", paramLabel = "MIRROR", description = "A mirror that it follows.")
    private List<String> mirrors = List.of();

    @Option(names = "--uploads", description = "Every package that is published here is in it.")
    private boolean uploads;

    @Option(names = "--verbatim", description = "Serve its one mirror as upstream signed it.")
    private boolean verbatim;

    @Option(
            names = "--components",
            split = ",",
            paramLabel = "NAME",
            description = "The mirrors', or main, unless told.")
    private List<String> components = List.of();

    @Option(
            names = "--architectures",
            split = ",",
            paramLabel = "NAME",
            description = "The mirrors', or this machine's, unless told.")
    private List<String> architectures = List.of();

    @Option(names = "--suite", paramLabel = "TEXT", description = "NAME unless told.")
    private @Nullable String suite;

    @Option(names = "--codename", paramLabel = "TEXT", description = "The suite unless told.")
    private @Nullable String codename;

    @Option(names = "--origin", paramLabel = "TEXT", description = "Cloister unless told.")
    private String origin = "Cloister";

    @Option(names = "--label", paramLabel = "TEXT", description = "The origin unless told.")
    private @Nullable String label;

    @Option(names = "--description", paramLabel = "TEXT", description = "A line for people.")
    private String description = "";

    @Option(
            names = "--valid-days",
            paramLabel = "DAYS",
            description = "Clients refuse an older state; never unless told.")
    private @Nullable Integer validDays;

    @Option(
            names = "--address",
            paramLabel = "URL",
            description = "Where clients reach the repository, for apt's snapshots; as you reach it unless told.")
    private @Nullable URI address;

    @Option(names = "--token-required", description = "apt needs a token, as a password in its auth.conf.")
    private boolean closed;

    DistributionDefineVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        RepositoryApi repository = session.repositoryOfCaller();
        ObjectNode body = session.mapper().createObjectNode();
        body.put("name", new DistributionName(name).text());
        body.set(
                "mirrors",
                list(mirrors.stream()
                        .map(mirror -> new MirrorName(mirror).text())
                        .toList()));
        body.put("uploads", uploads).put("verbatim", verbatim);
        body.set("components", list(told(components, "components", "main")));
        body.set("architectures", list(told(architectures, "architectures", HostArchitecture.debianName())));
        String text = suite == null ? name : suite;
        body.putObject("release")
                .put("origin", origin)
                .put("label", label == null ? origin : label)
                .put("suite", text)
                .put("codename", codename == null ? text : codename)
                .put("description", description)
                .put("validDays", validDays)
                .put("address", String.valueOf(address == null ? repository.base() : address));
        body.put("open", !closed);
        JsonNode answer = repository.post(Target.of("v1", "distributions"), body);
        if (session.json()) {
            session.print(answer);
        } else {
            tell(answer, body, repository.base());
        }
        return ExitStatus.OK.code();
    }

    /** What the mirrors have together, or {@code otherwise} where there are none. */
    private Collection<String> told(List<String> asked, String field, String otherwise)
            throws CommandFailed, IOException, InterruptedException {
        if (!asked.isEmpty()) {
            return asked;
        }
        Set<String> found = new LinkedHashSet<>();
        if (!mirrors.isEmpty()) {
            for (JsonNode mirror :
                    session.repositoryOfCaller().get(Target.of("v1", "mirrors")).path("mirrors")) {
                if (mirrors.contains(mirror.path("name").asText())) {
                    mirror.path(field).forEach(one -> found.add(one.asText()));
                }
            }
        }
        return found.isEmpty() ? List.of(otherwise) : found;
    }

    private ArrayNode list(Collection<String> words) {
        ArrayNode list = session.mapper().createArrayNode();
        words.forEach(list::add);
        return list;
    }

    private void tell(JsonNode answer, JsonNode body, URI base) {
        PrintStream out = session.terminal().out();
        String components = String.join(" ", session.mapper().convertValue(body.path("components"), String[].class));
        String root = base.toString().replaceAll("/+$", "") + "/apt/";
        out.println("Distribution " + name + " is defined as of position "
                + answer.path("position").asText() + ". On a client:");
        if (!verbatim) {
            out.println("  wget -O /usr/share/keyrings/cloister.asc " + root + "key.asc");
        }
        out.println("  deb " + (verbatim ? "" : "[signed-by=/usr/share/keyrings/cloister.asc] ") + root + name + " "
                + body.at("/release/suite").asText() + " " + components);
    }
}
