package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.FileBody;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.events.DistributionName;
import org.cloister.events.RequestId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "publish",
        description = "Publish packages of your own.",
        footer = {
            "",
            "Examples:",
            "  cloister publish tool_1.2-1_amd64.deb",
            "  cloister publish *.deb",
            "  cloister publish tool-1.2-1.x86_64.rpm",
            "  cloister publish tool_1.2-1_amd64.deb --distribution stable"
        })
final class PublishVerb implements Callable<Integer> {
    /** The repository tells formats by content. */
    private static final String PACKAGE = "application/octet-stream";

    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A .deb or .rpm; what it is, its content tells.")
    private List<String> files = List.of();

    @Option(names = "--distribution", paramLabel = "NAME", description = "A distribution that has them from now on.")
    private List<String> distributions = List.of();

    PublishVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        for (String file : files) {
            Path path = session.caller().file(file);
            if (!Files.isRegularFile(path)) {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        file + " is no file.",
                        "Name the .deb or .rpm that dpkg-deb, debuild or rpmbuild made.");
            }
            JsonNode published = publish(path);
            tell(published);
            include(published);
        }
        return ExitStatus.OK.code();
    }

    private JsonNode publish(Path file) throws CommandFailed, IOException, InterruptedException {
        RequestId id = new RequestId(UUID.randomUUID().toString());
        String name = String.valueOf(file.getFileName());
        try (Progress shown = session.progress()) {
            FileBody body = FileBody.of(file);
            shown.bytes("upload " + name, 0, body.size());
            return session.repositoryOfCaller()
                    .upload(
                            Target.of("v1", "packages"),
                            PACKAGE,
                            body.publisher((sent, size) -> shown.bytes(
                                    (sent < size ? "upload " : "wait for the import of ") + name, sent, size)),
                            id);
        }
    }

    private void include(JsonNode published) throws CommandFailed, IOException, InterruptedException {
        PackageSpec spec = PackageSpec.parse(published.path("name").asText() + "="
                + published.path("version").asText());
        for (String name : distributions) {
            DistributionChange change = new DistributionChange(session, new DistributionName(name));
            change.ask("inclusions", change.body(List.of(spec)), "has it");
        }
    }

    private void tell(JsonNode published) throws CommandFailed, IOException, InterruptedException {
        if (session.json()) {
            session.print(published);
            return;
        }
        session.terminal()
                .out()
                .println(published.path("name").asText() + " "
                        + published.path("version").asText() + " "
                        + published.path("architecture").asText() + " is published at position "
                        + published.path("position").asText() + ".");
        String remark = RpmRemarks.of(published, session.repositoryOfCaller());
        if (!remark.isEmpty()) {
            session.terminal().out().println("  " + remark);
        }
    }
}
