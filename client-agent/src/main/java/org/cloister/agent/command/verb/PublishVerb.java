package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.FileBody;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.sign.SigningKeyFile;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.events.DistributionName;
import org.cloister.events.RequestId;
import org.cloister.events.sign.DetachedSignature;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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
            "  cloister publish tool_1.2-1_amd64.deb --distribution stable",
            "  cloister publish *.deb --sign-with ~/.config/cloister/signing.pem"
        })
final class PublishVerb implements Callable<Integer> {
    /** The repository tells formats by content. */
    private static final String PACKAGE = "application/octet-stream";

    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A .deb or .rpm; what it is, its content tells.")
    private List<String> files = List.of();

    @Option(names = "--distribution", paramLabel = "NAME", description = "A distribution that has them from now on.")
    private List<String> distributions = List.of();

    @ArgGroup
    private Signing signing = new Signing();

    /** Two ways to come by a signature. */
    static final class Signing {
        @Option(
                names = "--sign-with",
                paramLabel = "KEYFILE",
                description = "Sign each with this key, which `cloister key new` or OpenSSL made.")
        private @Nullable String keyFile;

        @Option(
                names = "--signature",
                paramLabel = "FILE",
                description = "A signature of the one package; `cloister key statement` prints what it is over.")
        private @Nullable String signature;
    }

    PublishVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        if (signing.signature != null && files.size() > 1) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "One signature is over one package, and " + files.size() + " are named.",
                    "Publish them one by one, or sign with a key: --sign-with KEYFILE");
        }
        SigningKeyFile key = signing.keyFile == null ? null : PackageFile.signingKey(session, signing.keyFile);
        for (String file : files) {
            PackageFile found = PackageFile.of(session, file);
            JsonNode published = publish(found.path(), headers(found, key));
            tell(published);
            include(published);
        }
        return ExitStatus.OK.code();
    }

    private Map<String, String> headers(PackageFile file, @Nullable SigningKeyFile key)
            throws CommandFailed, IOException {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", PACKAGE));
        DetachedSignature signature = key != null
                ? key.sign(file.statement())
                : signing.signature == null ? null : PackageFile.signature(session, signing.signature);
        if (signature != null) {
            byte[] text = signature.text().getBytes(StandardCharsets.US_ASCII);
            headers.put("Package-Signature", Base64.getEncoder().encodeToString(text));
        }
        return headers;
    }

    private JsonNode publish(Path file, Map<String, String> headers)
            throws CommandFailed, IOException, InterruptedException {
        RequestId id = new RequestId(UUID.randomUUID().toString());
        String name = String.valueOf(file.getFileName());
        try (Progress shown = session.progress()) {
            FileBody body = FileBody.of(file);
            shown.bytes("upload " + name, 0, body.size());
            return session.repositoryOfCaller()
                    .upload(
                            Target.of("v1", "packages"),
                            headers,
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
