package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.audit.InclusionCheck;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.Position;
import org.cloister.events.codec.EventLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "prove",
        description = "Prove that an event stands in the signed log, in a form that others can verify.",
        footer = {"", "Examples:", "  cloister audit prove 4711", "  cloister audit prove 4711 --json > proof.json"})
final class AuditProveVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "POSITION", description = "The event's position.")
    private long position;

    AuditProveVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
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
