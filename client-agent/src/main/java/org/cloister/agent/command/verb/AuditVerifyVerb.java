package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.audit.Bundle;
import org.cloister.agent.command.audit.BundleCheck;
import org.cloister.agent.command.audit.KeptLog;
import org.cloister.agent.command.audit.LogVerification;
import org.cloister.agent.command.audit.Verdict;
import org.cloister.agent.command.sources.HostSources;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = {
            "Prove that the log wasn't altered, or check a bundle that `cloister audit prove` wrote.",
            "A bundle is checked without the repository, link by link: the checkpoint by the log's key, events by"
                    + " their inclusion, what was installed by what was asked for and published, artifacts by what the"
                    + " archive's key signed.",
            "Without a bundle:",
            "Computes the root hash from the events themselves and compares it with what the key signed that was"
                    + " pinned at login; checks that the log is the one that was verified the last time, only longer; and"
                    + " has the repository hash its database again, which names the first damaged event."
        },
        footer = {
            "",
            "Examples:",
            "  cloister audit verify",
            "  cloister audit verify --deep      read everything again from the first event",
            "  cloister audit verify nginx-on-desk-1.proof",
            "  cloister audit verify nginx.proof --log-key example.org/log+4b2f… \\",
            "      --archive-keys /usr/share/keyrings/debian-archive-keyring.gpg",
            "",
            "Exit status 5: the log is damaged, or a link of the bundle fails."
        })
final class AuditVerifyVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--deep", description = "From the first event, whatever was verified before.")
    private boolean deep;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "A bundle.")
    private @Nullable String file;

    @Option(
            names = "--log-key",
            paramLabel = "KEY",
            description = "The log's key, for a bundle; the one that was pinned at login unless told.")
    private @Nullable String logKey;

    @Option(
            names = "--archive-keys",
            paramLabel = "FILE",
            description = "Keys that you trust to sign the archive; those of the mirror's definition unless told.")
    private List<String> archiveKeys = List.of();

    AuditVerifyVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        session.caller().requireFiles();
        if (file != null) {
            return bundle(session.caller().file(file));
        }
        NoteKey key = pinnedKey(session);
        Verdict own;
        Rehash.Result theirs;
        try (Progress shown = session.progress()) {
            KeptLog kept = new KeptLog(session.caller().stateDirectory(), key);
            own = new LogVerification(session.repositoryOfCaller(), key, kept, session.clock())
                    .run(deep, (events, of) -> shown.things("verify events", events, of));
            theirs = new Rehash(session).run(shown);
        }
        if (session.json()) {
            session.print(document(own, theirs, key));
        } else {
            print(own, theirs, key);
        }
        boolean intact = own instanceof Verdict.Intact && theirs.damaged() == 0;
        return (intact ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    private int bundle(Path path) throws CommandFailed, IOException {
        NoteKey key = logKey == null ? pinnedKey(session) : NoteKey.parse(logKey);
        List<Path> keyrings = new ArrayList<>();
        for (String keyring : archiveKeys) {
            keyrings.add(session.caller().file(keyring));
        }
        String armored = keyrings.isEmpty() ? null : HostSources.armored(keyrings);
        Bundle bundle;
        try (InputStream in = Files.newInputStream(path)) {
            bundle = Bundle.read(in);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitStatus.DAMAGED,
                    path + " is no bundle that can be checked: " + e.getMessage() + ".",
                    "Ask whoever gave it to you for it again; cloister audit prove writes them.",
                    e);
        }
        boolean whole = LinkTable.show(session, new BundleCheck(bundle, key, armored).run());
        return (whole ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    /** @throws CommandFailed if none is pinned */
    static NoteKey pinnedKey(Session session) throws CommandFailed {
        NoteKey key = session.config().logKey();
        if (key == null) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "No key of the log is pinned, so no signature can be trusted.",
                    "Log in again; login remembers the key: cloister login --repo URL --token-file FILE");
        }
        return key;
    }

    private void print(Verdict own, Rehash.Result theirs, NoteKey key) {
        PrintStream out = session.terminal().out();
        Style style = session.terminal().shape().outStyle();
        if (own instanceof Verdict.Intact intact) {
            out.println(style.green("intact") + "   "
                    + Quantity.count(intact.checkpoint().size(), "event")
                    + " give the signed root hash "
                    + Base64.getEncoder().encodeToString(intact.checkpoint().root()));
            out.println("         signed by " + key.text());
            if (intact.from().value() > 0) {
                out.println("         the first " + intact.from() + " are those of " + intact.keptAt()
                        + " (read again with --deep)");
            }
        } else if (own instanceof Verdict.Damaged damaged) {
            out.println(style.red("DAMAGED") + "  " + damaged.reason());
        }
        if (theirs.damaged() == 0) {
            out.println(style.green("intact") + "   " + Quantity.count(theirs.verified(), "row")
                    + " of the database hashed again by the repository");
        } else {
            out.println(style.red("DAMAGED") + "  database, first at position " + theirs.damaged() + ": "
                    + theirs.reason());
        }
    }

    private ObjectNode document(Verdict own, Rehash.Result theirs, NoteKey key) throws IOException {
        ObjectNode document = session.mapper().createObjectNode().put("logKey", key.text());
        document.put("intact", own instanceof Verdict.Intact && theirs.damaged() == 0);
        if (own instanceof Verdict.Intact intact) {
            document.put("size", intact.checkpoint().size())
                    .put(
                            "root",
                            Base64.getEncoder()
                                    .encodeToString(intact.checkpoint().root()))
                    .put("verifiedBefore", intact.from().value());
        } else if (own instanceof Verdict.Damaged damaged) {
            damaged(document, damaged.first().value(), damaged.reason());
        }
        ObjectNode server = document.putObject("repository").put("verified", theirs.verified());
        if (theirs.damaged() != 0) {
            damaged(server, theirs.damaged(), theirs.reason());
        }
        return document;
    }

    private static void damaged(ObjectNode document, long position, String reason) {
        ObjectNode damage = document.putObject("damaged").put("reason", reason);
        damage.set("position", position == 0 ? damage.nullNode() : damage.numberNode(position));
    }

    /** The repository's own check of its database. */
    private record Rehash(Session session) {
        /** @param damaged the first damaged position, or 0 */
        private record Result(long verified, long damaged, String reason) {}

        Result run(Progress shown) throws CommandFailed, IOException, InterruptedException {
            JsonNode[] last = {session.mapper().createObjectNode()};
            session.repositoryOfCaller()
                    .postForLines(
                            org.cloister.agent.command.repository.Target.of("v1", "audit", "verify"),
                            null,
                            new org.cloister.events.RequestId(
                                    java.util.UUID.randomUUID().toString()),
                            line -> {
                                last[0] = session.mapper().readTree(line);
                                shown.things(
                                        "repository hashes rows",
                                        last[0].path("verified").asLong(),
                                        last[0].path("size").asLong());
                                return true;
                            });
            JsonNode end = last[0];
            if (!end.path("done").asBoolean()) {
                throw new CommandFailed(
                        ExitStatus.UNREACHABLE, "The repository's check ended before its result.", "Run it again.");
            }
            JsonNode damage = end.path("damaged");
            return new Result(
                    end.path("verified").asLong(end.path("size").asLong()),
                    damage.isObject() ? Math.max(1, damage.path("position").asLong()) : 0,
                    damage.path("reason").asText(""));
        }
    }
}
