package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.config.ClientConfig;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.tls.TlsTrust;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        description = {
            "Remember a repository, your token and the key of its log.",
            "The log must be signed by that key from now on: `cloister audit verify` refuses any other."
        },
        footer = {
            "",
            "Examples:",
            "  cloister login --repo https://cloister.example.org --token-file token",
            "  pass cloister | cloister login --repo https://c.example.org --token-file -"
        })
final class LoginVerb implements Callable<Integer> {
    private static final int MAX_TOKEN_BYTES = 4096;

    private final Session session;

    @Option(
            names = "--repo",
            required = true,
            paramLabel = "URL",
            description = "The repository's address, or several: URL,URL")
    private String repo = "";

    @Option(names = "--token-file", required = true, paramLabel = "FILE", description = "Holds the token; - reads it.")
    private String tokenFile = "";

    @Option(names = "--log-key", paramLabel = "KEY", description = "The log's key, where you know it already.")
    private @Nullable String logKey;

    @Option(names = "--accept-new-log-key", description = "Forget the key that was remembered.")
    private boolean acceptNewKey;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM: authorities the repository's certificate may come from.")
    private @Nullable String authority;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "PEM: yours, where the repository asks for one.")
    private @Nullable String certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM, PKCS #8: the key of that certificate.")
    private @Nullable String key;

    LoginVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        session.caller().requireFiles();
        URI address = ClientConfig.repository(repo);
        String token = ClientConfig.token(readToken());
        TlsTrust tls = tls();
        RepositoryApi repository =
                new RepositoryApi(session.http(new ClientConfig(address, token, null, tls)), address, token);
        JsonNode status = repository.get(Target.of("v1", "status"));
        NoteKey signer = NoteKey.parse(new String(repository.bytes(Target.of("log", "key")), StandardCharsets.UTF_8));
        check(address, signer);
        session.caller().configFile().write(new ClientConfig(address, token, signer, tls).text());
        tell(address, status, signer);
        return ExitStatus.OK.code();
    }

    private TlsTrust tls() throws CommandFailed {
        try {
            return new TlsTrust(file(authority), file(certificate), file(key));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitStatus.USAGE, e.getMessage() + ".", "Name both: --certificate and --key.", e);
        }
    }

    private Optional<Path> file(@Nullable String path) throws CommandFailed {
        return path == null ? Optional.empty() : Optional.of(session.caller().file(path));
    }

    private String readToken() throws CommandFailed, IOException {
        byte[] bytes;
        if (tokenFile.equals("-")) {
            bytes = System.in.readNBytes(MAX_TOKEN_BYTES);
        } else {
            try (var in = Files.newInputStream(session.caller().file(tokenFile))) {
                bytes = in.readNBytes(MAX_TOKEN_BYTES);
            }
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void check(URI address, NoteKey key) throws CommandFailed {
        if (logKey != null && !NoteKey.parse(logKey).equals(key)) {
            throw new CommandFailed(
                    ExitStatus.DAMAGED,
                    "The repository's log is signed by " + key.text() + ", not by the key that you named.",
                    "You may be talking to another server than you think; ask its operator for the key.");
        }
        ClientConfig before = before();
        NoteKey pinned = before.logKey();
        if (address.equals(before.repository()) && pinned != null && !pinned.equals(key)) {
            throw new CommandFailed(
                    ExitStatus.DAMAGED,
                    "The log's key has changed since the last login: it was " + pinned.text() + ", it is " + key.text()
                            + ".",
                    "Ask the repository's operator why. Only if that is right: --accept-new-log-key.");
        }
    }

    /** What is remembered; nothing where the file can't be read, because it is about to be written anew. */
    private ClientConfig before() {
        try {
            return acceptNewKey ? ClientConfig.empty() : session.config();
        } catch (CommandFailed e) {
            session.terminal().err().println(e.what() + " It is written anew.");
            return ClientConfig.empty();
        }
    }

    private void tell(URI address, JsonNode status, NoteKey key) {
        String file = session.caller().configFile().path().toString();
        if (session.json()) {
            session.print(session.mapper()
                    .createObjectNode()
                    .put("repository", address.toString())
                    .put("logKey", key.text())
                    .put("head", status.path("head").asLong())
                    .put("configuration", file));
        } else {
            session.terminal()
                    .out()
                    .println("Logged in to " + address + " ("
                            + status.path("name").asText() + ", "
                            + status.path("head").asLong() + " events).\nLog key: " + key.text() + "\nKept in " + file
                            + ", readable by you only.");
        }
    }
}
