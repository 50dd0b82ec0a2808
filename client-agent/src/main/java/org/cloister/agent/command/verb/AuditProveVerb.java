package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.audit.Bundle;
import org.cloister.agent.command.audit.BundleBuilder;
import org.cloister.agent.command.audit.BundleCheck;
import org.cloister.agent.command.audit.InclusionCheck;
import org.cloister.agent.command.audit.Link;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.Position;
import org.cloister.events.codec.EventLine;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "prove",
        description = {
            "Prove that an event stands in the signed log, in a form that others can verify.",
            "With FILE, a bundle is written that `cloister audit verify FILE` checks without the repository: for what"
                    + " a host reported, also what was asked for, what was published, and what the upstream archive"
                    + " signed."
        },
        footer = {
            "",
            "Examples:",
            "  cloister audit prove 4711",
            "  cloister audit prove 4711 nginx-on-desk-1.proof",
            "  cloister audit prove 4711 --json > proof.json"
        })
final class AuditProveVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "POSITION", description = "The event's position.")
    private long position;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "Where the bundle is written.")
    private @Nullable String file;

    AuditProveVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        if (file != null) {
            return bundle(session.caller().file(file));
        }
        InclusionCheck.Proof proof = new InclusionCheck(
                        session.repositoryOfCaller(), AuditVerifyVerb.pinnedKey(session))
                .prove(new Position(position));
        if (session.json()) {
            session.print(document(proof));
        } else {
            print(proof);
        }
        return (proof.valid() ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    /** Written only if it proves what it is for: a bundle that fails would be found out by others. */
    private int bundle(Path target) throws CommandFailed, IOException, InterruptedException {
        NoteKey key = AuditVerifyVerb.pinnedKey(session);
        Bundle bundle;
        try (Progress shown = session.progress()) {
            bundle = new BundleBuilder(session.repositoryOfCaller(), key)
                    .build(new Position(position), (events, of) -> shown.things("prove events", events, of));
        }
        List<Link> links = new BundleCheck(bundle, key, null).run();
        boolean whole = LinkTable.show(session, links);
        if (whole) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bundle.write(bytes);
            Files.write(target, bytes.toByteArray());
            session.terminal().err().println("Written to " + target + " (" + Quantity.bytes(bytes.size()) + ").");
        }
        return (whole ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    private void print(InclusionCheck.Proof proof) {
        PrintStream out = session.terminal().out();
        Style style = session.terminal().shape().outStyle();
        out.println(Table.printable(proof.event().type() + " of " + proof.event().stream() + " at "
                + proof.event().recordedAt() + " by " + proof.event().principal()));
        out.println("leaf hash " + proof.leafHash());
        proof.path().forEach(hash -> out.println("path      " + hash));
        out.println("root      "
                + Base64.getEncoder().encodeToString(proof.checkpoint().root()) + " of "
                + proof.checkpoint().size() + " events");
        out.println(
                proof.valid()
                        ? style.green("proved") + ": event " + position + " stands in the signed log."
                        : style.red("NOT PROVED") + ": event " + position + " is not what the log recorded.");
    }

    private ObjectNode document(InclusionCheck.Proof proof) throws Exception {
        ObjectNode document = session.mapper().createObjectNode();
        document.put("position", position).put("valid", proof.valid());
        document.set("event", session.mapper().readTree(EventLine.write(proof.event())));
        document.put("leafHash", proof.leafHash()).put("checkpoint", proof.note());
        ArrayNode path = document.putArray("hashes");
        proof.path().forEach(path::add);
        return document;
    }
}
