package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.sign.SigningKeyFile;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.Principal;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.sign.PublisherKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "key",
        description = "The keys with which publishers sign packages, and what they signed.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KeyVerb.New.class,
            KeyVerb.Add.class,
            KeyVerb.ListKeys.class,
            KeyVerb.Show.class,
            KeyVerb.Revoke.class,
            KeyVerb.Policy.class,
            KeyVerb.Statement.class
        },
        footer = {
            "",
            "Examples:",
            "  cloister key new ~/.config/cloister/signing.pem",
            "  cloister key add signing.pem.pub --publisher alice",
            "  cloister publish tool_1.2-1_amd64.deb --sign-with ~/.config/cloister/signing.pem",
            "  cloister key policy require"
        })
final class KeyVerb {

    @Command(
            name = "new",
            description = "Make an Ed25519 key: FILE for you alone, FILE.pub for an administrator to register.",
            footer = {"", "Examples:", "  cloister key new ~/.config/cloister/signing.pem"})
    static final class New implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "Where the private half is kept; no file is overwritten.")
        private String file = "";

        New(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            Path path = session.caller().file(file);
            SigningKeyFile made;
            try {
                made = SigningKeyFile.create(path);
            } catch (IOException e) {
                throw new CommandFailed(
                        ExitStatus.FAILED, "No key was made: " + e.getMessage() + ".", "Name another file.", e);
            }
            String id = made.key().id().text();
            if (session.json()) {
                session.print(session.mapper()
                        .createObjectNode()
                        .put("key", id)
                        .put("file", path.toString())
                        .put("publicFile", SigningKeyFile.publicFile(path).toString()));
            } else {
                session.terminal().out().println(id);
                session.terminal()
                        .err()
                        .println("An administrator registers it: cloister key add " + SigningKeyFile.publicFile(path)
                                + " --publisher WHO");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "add",
            description = "Register a publisher's public key. Only administrators may.",
            footer = {
                "",
                "Examples:",
                "  cloister key add signing.pem.pub --publisher alice",
                "  gpg --armor --export alice@example.org > alice.asc; cloister key add alice.asc --publisher alice"
            })
    static final class Add implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "An Ed25519 public key in PEM, or an armored OpenPGP key.")
        private String file = "";

        @Option(
                names = "--publisher",
                required = true,
                paramLabel = "WHO",
                description = "The principal whose uploads it signs, as their token names it.")
        private String publisher = "";

        Add(Session session) {
            this.session = session;
        }

        /** Read here first: a private key that was named by mistake goes nowhere. */
        @Override
        public Integer call() throws Exception {
            Path path = session.caller().file(file);
            String text;
            try (InputStream in = Files.newInputStream(path)) {
                text = new String(in.readNBytes(PublisherKey.MAX_LENGTH + 1), StandardCharsets.ISO_8859_1);
                PublisherKey.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        path + " is no public key: " + e.getMessage() + ".",
                        "Name the .pub that `cloister key new` made, or what gpg --armor --export wrote.",
                        e);
            }
            ObjectNode body = session.mapper()
                    .createObjectNode()
                    .put("publisher", new Principal(publisher).text())
                    .put("publicKey", text);
            JsonNode answer = session.repositoryOfCaller().post(Target.of("v1", "publisher-keys"), body);
            if (session.json()) {
                session.print(answer);
            } else {
                session.terminal().out().println(answer.path("key").asText() + " is a key of " + publisher + ".");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(name = "list", description = "List the keys, and say whether uploads need a signature.")
    static final class ListKeys implements Callable<Integer> {
        private final Session session;

        ListKeys(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer = session.repository().get(Target.of("v1", "publisher-keys"));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            Table table = new Table("PUBLISHER", "KEY", "REGISTERED", "SIGNED", "STATE");
            for (JsonNode key : answer.path("keys")) {
                table.row(
                        key.path("publisher").asText(),
                        key.path("key").asText(),
                        key.path("registeredAt").asText(),
                        key.path("signatures").asText(),
                        state(key));
            }
            table.print(session.terminal().out(), session.terminal().shape());
            session.terminal()
                    .out()
                    .println("Uploads: " + words(answer.path("policy").asText()) + ".");
            return ExitStatus.OK.code();
        }
    }

    private static String state(JsonNode key) {
        JsonNode revoked = key.path("revoked");
        return revoked.isObject() ? "revoked: " + revoked.path("reason").asText() : "valid";
    }

    private static String words(String policy) {
        return switch (SignaturePolicy.parse(policy)) {
            case OFF -> "signatures are off, one with a signature is refused";
            case ACCEPT -> "a signature is verified where there is one";
            case REQUIRE -> "a signature is required";
        };
    }

    @Command(
            name = "show",
            description = "Show a key and the packages that it signed.",
            footer = {"", "Examples:", "  cloister key show ed25519:3f9a0c1b…"})
    static final class Show implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "KEY", description = "As `cloister key list` shows it.")
        private String id = "";

        Show(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer =
                    session.repository().get(Target.of("v1", "publisher-keys", new PublisherKeyId(id).text()));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            JsonNode key = answer.path("key");
            PrintStream out = session.terminal().out();
            out.println(Table.printable(key.path("key").asText() + " of "
                    + key.path("publisher").asText() + ", registered at position "
                    + key.path("position").asText() + " by "
                    + key.path("registeredBy").asText()));
            JsonNode revoked = key.path("revoked");
            if (revoked.isObject()) {
                out.println(Table.printable("revoked at position "
                        + revoked.path("position").asText() + " by "
                        + revoked.path("by").asText() + ": "
                        + revoked.path("reason").asText()));
            }
            Table table = new Table("PACKAGE", "VERSION", "ARCHITECTURE", "POSITION", "SIGNED");
            for (JsonNode signed : answer.path("signed")) {
                table.row(
                        signed.path("name").asText(),
                        signed.path("version").asText(),
                        signed.path("architecture").asText(),
                        signed.path("position").asText(),
                        signed.path("signedAt").asText());
            }
            table.print(out, session.terminal().shape());
            long all = key.path("signatures").asLong();
            if (all > answer.path("signed").size()) {
                out.println(
                        "The last " + answer.path("signed").size() + " of " + Quantity.count(all, "artifact") + ".");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "revoke",
            description = {
                "No upload is taken with the key any more. Its publisher may, and administrators.",
                "What it signed stays published: `cloister key show KEY` lists it, `cloister yank` takes it back."
            },
            footer = {"", "Examples:", "  cloister key revoke ed25519:3f9a0c1b… --reason \"lost a laptop\""})
    static final class Revoke implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "KEY", description = "As `cloister key list` shows it.")
        private String id = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
        private String reason = "";

        Revoke(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            String key = new PublisherKeyId(id).text();
            JsonNode answer = session.repositoryOfCaller()
                    .post(
                            Target.of("v1", "publisher-keys", key, "revoke"),
                            session.mapper().createObjectNode().put("reason", reason));
            if (session.json()) {
                session.print(answer);
            } else {
                session.terminal().out().println(key + " is revoked.");
                session.terminal().err().println("What it signed: cloister key show " + key);
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "policy",
            description = "Show or change what becomes of uploads with and without a signature.",
            footer = {"", "Examples:", "  cloister key policy", "  cloister key policy require"})
    static final class Policy implements Callable<Integer> {
        private final Session session;

        @Parameters(
                arity = "0..1",
                paramLabel = "POLICY",
                description =
                        "off: one with a signature is refused; accept: a signature must be good where there is one;"
                                + " require: one without is refused.")
        private @Nullable String policy;

        Policy(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            String now = policy;
            JsonNode answer;
            if (now == null) {
                answer = session.repository().get(Target.of("v1", "publisher-keys"));
                now = answer.path("policy").asText();
                answer = session.mapper().createObjectNode().put("policy", now);
            } else {
                now = SignaturePolicy.parse(now).text();
                answer = session.repositoryOfCaller()
                        .post(
                                Target.of("v1", "signature-policy"),
                                session.mapper().createObjectNode().put("policy", now));
            }
            if (session.json()) {
                session.print(answer);
            } else {
                session.terminal().out().println(now + ": " + words(now) + ".");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "statement",
            description = "Print what is signed of a package, for a program that signs by itself.",
            footer = {
                "",
                "Examples:",
                "  cloister key statement tool_1.2-1_amd64.deb | gpg --armor --detach-sign > tool.sig",
                "  cloister publish tool_1.2-1_amd64.deb --signature tool.sig"
            })
    static final class Statement implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "A .deb or .rpm.")
        private String file = "";

        Statement(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            String statement = new String(PackageFile.of(session, file).statement(), StandardCharsets.US_ASCII);
            if (session.json()) {
                session.print(session.mapper().createObjectNode().put("statement", statement));
            } else {
                session.terminal().out().print(statement);
                session.terminal().out().flush();
            }
            return ExitStatus.OK.code();
        }
    }
}
