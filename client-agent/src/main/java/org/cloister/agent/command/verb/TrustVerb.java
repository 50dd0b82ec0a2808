package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.sign.SigningKeyFile;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.RequestId;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.PublisherKey;
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
                    end(session, lifetime),
                    threshold,
                    keys(session, rootKeys),
                    checkpoints,
                    releaseKeys);
            return written(session, file, root);
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
            TrustRoot before = read(session, old).root();
            Integer wanted = threshold;
            TrustRoot root = new TrustRoot(
                    before.origin(),
                    before.version() + 1,
                    end(session, lifetime),
                    wanted == null ? before.threshold() : wanted,
                    rootKeys.isEmpty() ? before.rootKeys() : keys(session, rootKeys),
                    logKeys.isEmpty()
                            ? before.checkpointKeys()
                            : logKeys.stream().map(NoteKey::parse).toList(),
                    releaseKeys.isEmpty() ? before.releaseKeys() : releaseKeys);
            return written(session, file, root);
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
            SignedRoot root = read(session, file);
            SigningKeyFile signer = signer();
            SignedRoot signed = signer.sign(root);
            Path beside = path.resolveSibling(path.getFileName() + ".new");
            Files.writeString(beside, signed.document(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
            if (session.json()) {
                session.print(document(session, signed));
            } else {
                print(session, signed);
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
            SignedRoot root = file != null ? read(session, file) : asked();
            if (session.json()) {
                session.print(document(session, root));
            } else if (raw) {
                session.terminal().out().print(root.document());
            } else {
                print(session, root);
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
                    .put("document", read(session, file).document());
            JsonNode answer = session.repositoryOfCaller()
                    .post(
                            Target.of("v1", "trust", "roots"),
                            body,
                            new RequestId(UUID.randomUUID().toString()));
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

    private static Instant end(Session session, String days) throws CommandFailed {
        if (!days.matches("[1-9][0-9]{0,3}d")) {
            throw new CommandFailed(ExitStatus.USAGE, "Not a time: " + days + ".", "Days, such as 365d.");
        }
        Duration lifetime = Duration.ofDays(Long.parseLong(days.substring(0, days.length() - 1)));
        return session.clock().instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
    }

    private static List<Ed25519Key> keys(Session session, List<String> files) throws CommandFailed, IOException {
        List<Ed25519Key> keys = new ArrayList<>();
        for (String file : files) {
            String text = text(session.caller().file(file), PublisherKey.MAX_LENGTH);
            if (PublisherKey.parse(text) instanceof Ed25519Key key) {
                keys.add(key);
            } else {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        file + " is an OpenPGP key, and root keys are Ed25519 keys.",
                        "Make one: cloister key new FILE");
            }
        }
        return keys;
    }

    private static SignedRoot read(Session session, String file) throws CommandFailed, IOException {
        try {
            return SignedRoot.parse(text(session.caller().file(file), SignedRoot.MAX_LENGTH));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    file + " can't be used: " + e.getMessage() + ".",
                    "Name what `cloister trust init`, `rotate` or `show --raw` wrote, unchanged.",
                    e);
        }
    }

    private static String text(Path path, int limit) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(limit + 1), StandardCharsets.UTF_8);
        }
    }

    private static int written(Session session, String file, TrustRoot root) throws CommandFailed, IOException {
        Path path = session.caller().file(file);
        SignedRoot unsigned = new SignedRoot(root, List.of());
        try {
            Files.writeString(path, unsigned.document(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new CommandFailed(ExitStatus.FAILED, file + " is there already.", "Name another file.", e);
        }
        if (session.json()) {
            session.print(document(session, unsigned));
        } else {
            print(session, unsigned);
        }
        return ExitStatus.OK.code();
    }

    private static ObjectNode document(Session session, SignedRoot signed) {
        TrustRoot root = signed.root();
        ObjectNode document = session.mapper()
                .createObjectNode()
                .put("origin", root.origin())
                .put("version", root.version())
                .put("expires", root.expires().toString())
                .put("threshold", root.threshold())
                .put("signers", signed.signers(root.rootKeys()));
        root.rootKeys()
                .forEach(key -> document.withArray("rootKeys")
                        .addObject()
                        .put("key", key.id().text())
                        .put("signed", signed.isSignedBy(key)));
        root.checkpointKeys()
                .forEach(key -> document.withArray("checkpointKeys").add(key.text()));
        root.releaseKeys().forEach(key -> document.withArray("releaseKeys").add(key));
        return document;
    }

    private static void print(Session session, SignedRoot signed) {
        TrustRoot root = signed.root();
        PrintStream out = session.terminal().out();
        out.println(Table.printable("trust root " + root.version() + " of " + root.origin()));
        out.println("  expires     " + root.expires());
        root.rootKeys()
                .forEach(key -> out.println(
                        "  root key    " + key.id() + (signed.isSignedBy(key) ? "  signed" : "  has not signed")));
        out.println("  signed by   " + signed.signers(root.rootKeys()) + " of its own root keys; " + root.threshold()
                + " must" + (root.version() == 1 ? "" : ", and enough of those of version " + (root.version() - 1)));
        root.checkpointKeys().forEach(key -> out.println(Table.printable("  log key     " + key.text())));
        root.releaseKeys().forEach(key -> out.println("  release key " + key));
    }
}
