package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.sign.SigningKeyFile;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.SignedRoot;
import org.cloister.events.sign.TrustRoot;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "trust",
        description = {
            "The repository's trust root: which keys may sign for it, by the word of root keys that are kept away from it.",
            "Only `publish`, `list` and `show` without a file speak with the repository; the others work with files, anywhere."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrustVerb.Init.class,
            TrustVerb.Sign.class,
            TrustVerb.Rotate.class,
            TrustVerb.Show.class,
            TrustVerb.Publish.class,
            TrustVerb.ListRoots.class
        },
        footer = {
            "",
            "Examples:",
            "  cloister key new /media/stick/root-1.pem",
            "  cloister trust init root.1 --root-key root-1.pem.pub --root-key root-2.pem.pub --threshold 2 \\",
            "      --log-key example.org/log+4b2f… --expires-in 365d",
            "  cloister trust sign root.1 --key /media/stick/root-1.pem",
            "  cloister trust publish root.1"
        })
final class TrustVerb {

    @Command(
            name = "init",
            description = "Write the first root, unsigned, to FILE.",
            footer = {
                "",
                "Examples:",
                "  cloister trust init root.1 --root-key root-1.pem.pub --log-key example.org/log+4b2f… --expires-in 365d"
            })
    static final class Init implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "No file is overwritten.")
        private String file = "";

        @Option(
                names = "--root-key",
                required = true,
                paramLabel = "FILE",
                description = "The public half of a root key; one for each holder.")
        private List<String> rootKeys = List.of();

        @Option(names = "--threshold", paramLabel = "N", description = "How many of them must sign; 1 unless told.")
        private int threshold = 1;

        @Option(
                names = "--log-key",
                required = true,
                paramLabel = "KEY",
                description = "A key that may sign the log's checkpoints, as /log/key of the repository shows it.")
        private List<String> logKeys = List.of();

        @Option(
                names = "--release-key",
                paramLabel = "FINGERPRINT",
                description = "An OpenPGP key that may sign distributions.")
        private List<String> releaseKeys = List.of();

        @Option(names = "--expires-in", required = true, paramLabel = "DAYS", description = "Such as 365d.")
        private String lifetime = "";

        Init(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            List<NoteKey> checkpoints = logKeys.stream().map(NoteKey::parse).toList();
            TrustRoot root = new TrustRoot(
                    checkpoints.get(0).name(),
                    1,
                    TrustRootFile.end(session, lifetime),
                    threshold,
                    TrustRootFile.keys(session, rootKeys),
                    checkpoints,
                    releaseKeys);
            return TrustRootFile.written(session, file, root);
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Write the root that follows another, unsigned, to NEW: the same, with what is told otherwise.",
                "It is signed by enough of the former root keys and enough of its own."
            },
            footer = {
                "",
                "Examples:",
                "  cloister trust rotate root.1 root.2 --expires-in 365d",
                "  cloister trust rotate root.1 root.2 --root-key root-2.pem.pub --root-key root-3.pem.pub --expires-in 365d",
                "  cloister trust sign root.2 --key root-1.pem; cloister trust sign root.2 --key root-3.pem"
            })
    static final class Rotate implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "OLD", description = "The root before.")
        private String old = "";

        @Parameters(index = "1", paramLabel = "NEW", description = "No file is overwritten.")
        private String file = "";

        @Option(names = "--root-key", paramLabel = "FILE", description = "Public halves; these in place of all before.")
        private List<String> rootKeys = List.of();

        @Option(names = "--threshold", paramLabel = "N", description = "How many of them must sign.")
        private @Nullable Integer threshold;

        @Option(names = "--log-key", paramLabel = "KEY", description = "These in place of all before.")
        private List<String> logKeys = List.of();

        @Option(names = "--release-key", paramLabel = "FINGERPRINT", description = "These in place of all before.")
        private List<String> releaseKeys = List.of();

        @Option(names = "--expires-in", required = true, paramLabel = "DAYS", description = "Such as 365d.")
        private String lifetime = "";

        Rotate(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            TrustRoot before = TrustRootFile.read(session, old).root();
            Integer wanted = threshold;
            TrustRoot root = new TrustRoot(
                    before.origin(),
                    before.version() + 1,
                    TrustRootFile.end(session, lifetime),
                    wanted == null ? before.threshold() : wanted,
                    rootKeys.isEmpty() ? before.rootKeys() : TrustRootFile.keys(session, rootKeys),
                    logKeys.isEmpty()
                            ? before.checkpointKeys()
                            : logKeys.stream().map(NoteKey::parse).toList(),
                    releaseKeys.isEmpty() ? before.releaseKeys() : releaseKeys);
            return TrustRootFile.written(session, file, root);
        }
    }

    @Command(
            name = "sign",
            description = "Add a root key's signature to FILE. Nothing is sent anywhere.",
            footer = {"", "Examples:", "  cloister trust sign root.2 --key /media/stick/root-1.pem"})
    static final class Sign implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "What `init` or `rotate` wrote.")
        private String file = "";

        @Option(names = "--key", required = true, paramLabel = "KEYFILE", description = "The private half.")
        private String key = "";

        Sign(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            Path path = session.caller().file(file);
            SignedRoot root = TrustRootFile.read(session, file);
            SigningKeyFile signer = signer();
            SignedRoot signed = signer.sign(root);
            // What an interrupted run left is written over.
            Path beside = path.resolveSibling(path.getFileName() + ".new");
            Files.writeString(beside, signed.document(), StandardCharsets.UTF_8);
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
            if (session.json()) {
                session.print(TrustRootFile.document(session, signed));
            } else {
                TrustRootFile.print(session, signed);
            }
            return ExitStatus.OK.code();
        }

        private SigningKeyFile signer() throws CommandFailed {
            try {
                return SigningKeyFile.read(session.caller().file(key));
            } catch (IOException e) {
                throw new CommandFailed(
                        ExitStatus.FAILED, e.getMessage() + ".", "Name the file that `cloister key new` made.", e);
            }
        }
    }

    @Command(
            name = "show",
            description = "Show a root, and who of its own keys signed it.",
            footer = {"", "Examples:", "  cloister trust show root.2", "  cloister trust show --number 1"})
    static final class Show implements Callable<Integer> {
        private final Session session;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "Unless the repository is asked.")
        private @Nullable String file;

        @Option(names = "--number", paramLabel = "N", description = "Of the repository's roots; the last unless told.")
        private @Nullable Integer version;

        @Option(names = "--raw", description = "The document itself, for `rotate`.")
        private boolean raw;

        Show(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            SignedRoot root = file != null ? TrustRootFile.read(session, file) : asked();
            if (session.json()) {
                session.print(TrustRootFile.document(session, root));
            } else if (raw) {
                session.terminal().out().print(root.document());
            } else {
                TrustRootFile.print(session, root);
            }
            return ExitStatus.OK.code();
        }

        private SignedRoot asked() throws CommandFailed, IOException, InterruptedException {
            Integer wanted = version;
            if (wanted == null) {
                wanted = session.repository()
                        .get(Target.of("v1", "trust", "roots"))
                        .path("roots")
                        .size();
                if (wanted == 0) {
                    throw new CommandFailed(
                            ExitStatus.FAILED,
                            "The repository has no trust root.",
                            "Make one: cloister trust init FILE --root-key … --log-key … --expires-in 365d");
                }
            }
            byte[] document = session.repository().bytes(Target.of("v1", "trust", "roots", String.valueOf(wanted)));
            return SignedRoot.parse(new String(document, StandardCharsets.UTF_8));
        }
    }

    @Command(
            name = "publish",
            description = "Make a signed root the repository's. Only administrators may.",
            footer = {"", "Examples:", "  cloister trust publish root.2"})
    static final class Publish implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "A root with its signatures.")
        private String file = "";

        Publish(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            ObjectNode body = session.mapper()
                    .createObjectNode()
                    .put("document", TrustRootFile.read(session, file).document());
            JsonNode answer = session.repositoryOfCaller().post(Target.of("v1", "trust", "roots"), body);
            if (session.json()) {
                session.print(answer);
            } else {
                session.terminal()
                        .out()
                        .println("Version " + answer.path("version").asText()
                                + " is the repository's trust root, as of position "
                                + answer.path("position").asText() + ".");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(name = "list", description = "List the repository's trust roots.")
    static final class ListRoots implements Callable<Integer> {
        private final Session session;

        ListRoots(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer = session.repository().get(Target.of("v1", "trust", "roots"));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            Table table = new Table("VERSION", "EXPIRES", "PUBLISHED", "BY", "POSITION");
            for (JsonNode root : answer.path("roots")) {
                table.row(
                        root.path("version").asText(),
                        root.path("expires").asText(),
                        root.path("publishedAt").asText(),
                        root.path("publishedBy").asText(),
                        root.path("position").asText());
            }
            table.print(session.terminal().out(), session.terminal().shape());
            return ExitStatus.OK.code();
        }
    }
}
