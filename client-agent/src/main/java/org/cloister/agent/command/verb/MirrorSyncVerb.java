package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.events.MirrorName;
import org.cloister.events.RequestId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sync",
        description = {
            "Bring a mirror up to date with its archive, verified.",
            "Without packages, what the archive's complete indexes list is listed here, and what the mirror's policy says is fetched. With packages, these are fetched with all that they depend on."
        },
        footer = {
            "",
            "Examples:",
            "  cloister mirror sync debian",
            "  cloister mirror sync debian nginx jq",
            "  cloister mirror sync debian hello=2.10-3",
            "",
            "Ctrl-C ends it; what has been published stays, and the next run goes on from there."
        })
final class MirrorSyncVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "NAME", description = "The mirror.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PACKAGE[=VERSION]",
            converter = PackageSpec.Converter.class,
            description = "What to fetch.")
    private List<PackageSpec> packages = List.of();

    @Option(names = "--recommends", description = "Fetch what the packages recommend too.")
    private boolean recommends;

    MirrorSyncVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode list = body.putArray("packages");
        packages.forEach(spec -> list.add(spec.toString()));
        if (recommends) {
            body.put("recommends", true);
        }
        Target target = Target.of("v1", "mirrors", new MirrorName(name).text(), "sync");
        RequestId id = new RequestId(UUID.randomUUID().toString());
        JsonNode end;
        try (Progress shown = session.progress()) {
            SyncSteps steps = new SyncSteps(session, shown);
            session.repositoryOfCaller().postForLines(target, body, id, steps::take);
            end = steps.end();
        }
        if (session.json()) {
            session.print(end);
        } else {
            session.terminal().out().println("Mirror " + name + " is synchronized: " + words(end) + ".");
        }
        return ExitStatus.OK.code();
    }

    private static String words(JsonNode line) {
        long published = line.path("published").asLong();
        String fetched = published == 0 ? "nothing new" : Quantity.count(published, "package") + " published";
        if (!line.has("total")) {
            return fetched;
        }
        long listed = line.path("listed").asLong();
        long withdrawn = line.path("withdrawn").asLong();
        String total = Quantity.count(line.path("total").asLong(), "package") + " listed, ";
        String changes = listed == 0 && withdrawn == 0
                ? "nothing changed"
                : listed + " of them new or changed, " + withdrawn + " withdrawn";
        return total + changes + (published == 0 ? "" : "; " + fetched);
    }
}
