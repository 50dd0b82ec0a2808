package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.Digest;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "hold",
        description = "Let nothing of a package, a host, a state or a digest go until the hold is released.",
        footer = {
            "",
            "Examples:",
            "  cloister pool hold case-7 --package openssl=3.0.11-1 --reason \"asked for by counsel\"",
            "  cloister pool hold release-12 --position 4711 --reason \"what was delivered\"",
            "  cloister pool hold desk --host build-1 --reason \"under investigation\""
        })
final class PoolHoldVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "What the hold is called.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private On on = new On();

    /** What it is on. */
    static final class On {
        @Option(
                names = "--package",
                required = true,
                paramLabel = "NAME[=VERSION]",
                converter = PackageSpec.Converter.class,
                description = "All of its published versions, or one.")
        private @Nullable PackageSpec spec;

        @Option(names = "--host", required = true, paramLabel = "HOST", description = "What it has and had.")
        private @Nullable String host;

        @Option(
                names = "--position",
                required = true,
                paramLabel = "N",
                description = "What was published, and what distributions had, after the event there.")
        private @Nullable Long position;

        @Option(
                names = "--digest",
                required = true,
                paramLabel = "SHA256",
                description = "An artifact, a layer with its objects, or an object.")
        private @Nullable String digest;
    }

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    PoolHoldVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = session.mapper().createObjectNode().put("hold", name);
        ObjectNode target = body.putObject("target");
        on(target);
        body.put("reason", reason);
        JsonNode answer = session.repositoryOfCaller().post(Target.of("v1", "pool", "holds"), body);
        if (session.json()) {
            session.print(answer);
        } else {
            session.terminal()
                    .out()
                    .println("Hold " + name + " is placed, as of position "
                            + answer.path("position").asText() + ".");
        }
        return ExitStatus.OK.code();
    }

    private void on(ObjectNode target) throws CommandFailed, IOException, InterruptedException {
        PackageSpec spec = on.spec;
        String digest = on.digest;
        if (spec != null) {
            Version version = spec.version();
            target.put("name", spec.name().text());
            if (version != null) {
                target.put("version", version.text());
            }
        } else if (on.host != null) {
            target.put("host", new Hosts(session).resolve(on.host).text());
        } else if (on.position != null) {
            target.put("position", on.position);
        } else if (digest != null) {
            String text = digest.startsWith("sha256:") ? digest : "sha256:" + digest;
            target.put("digest", Digest.parse(text).toString());
        }
    }
}
