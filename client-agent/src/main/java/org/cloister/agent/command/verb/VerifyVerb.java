package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.control.Verification;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = "Hash what is stored here again; damage is repaired from the repository and recorded.",
        footer = {"", "Examples:", "  cloister verify", "  cloister verify nginx --no-repair"})
final class VerifyVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "ROOT", description = "What to check; the whole store unless told.")
    private List<String> roots = List.of();

    @Option(names = "--no-repair", description = "Only say what is damaged.")
    private boolean noRepair;

    VerifyVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Verification found = check();
        if (session.json()) {
            session.print(document(found));
        } else {
            print(found);
        }
        boolean broken = found.damaged().stream().anyMatch(damage -> !damage.repaired());
        return (broken ? ExitStatus.DAMAGED : ExitStatus.OK).code();
    }

    private Verification check() throws CommandFailed, IOException, InterruptedException {
        if (roots.isEmpty()) {
            return check(null);
        }
        long objects = 0;
        long bytes = 0;
        List<Verification.Damage> damaged = new ArrayList<>();
        for (String root : roots) {
            Verification one = check(PresentRoot.of(session, root));
            objects += one.objects();
            bytes += one.bytes();
            damaged.addAll(one.damaged());
        }
        return new Verification(objects, bytes, damaged);
    }

    private Verification check(@Nullable RootName root) throws CommandFailed, IOException, InterruptedException {
        try (Progress shown = session.progress()) {
            return session.agent().verify(root, !noRepair, step -> LocalOutcome.show(shown, step));
        }
    }

    private void print(Verification found) {
        Style style = session.terminal().shape().outStyle();
        for (Verification.Damage damage : found.damaged()) {
            String word = damage.repaired() ? style.yellow("repaired") : style.red("damaged");
            session.terminal()
                    .out()
                    .println(word + "  " + damage.object() + "  " + String.join(", ", damage.paths())
                            + (damage.detail().isEmpty() ? "" : ": " + damage.detail()));
        }
        String verdict = found.damaged().isEmpty()
                ? style.green("all as recorded")
                : Quantity.count(found.damaged().size(), "damaged object");
        session.terminal()
                .out()
                .println(Quantity.count(found.objects(), "object") + ", " + Quantity.bytes(found.bytes()) + ": "
                        + verdict + ".");
    }

    private ObjectNode document(Verification found) {
        ObjectNode document = session.mapper().createObjectNode();
        document.put("objects", found.objects()).put("bytes", found.bytes());
        ArrayNode damaged = document.putArray("damaged");
        for (Verification.Damage damage : found.damaged()) {
            ObjectNode one = damaged.addObject()
                    .put("object", damage.object().toString())
                    .put("repaired", damage.repaired())
                    .put("detail", damage.detail());
            ArrayNode paths = one.putArray("paths");
            damage.paths().forEach(paths::add);
        }
        return document;
    }
}
