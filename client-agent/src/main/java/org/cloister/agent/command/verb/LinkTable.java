package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.audit.Link;
import org.cloister.agent.command.terminal.Style;
import org.cloister.agent.command.terminal.Table;

/** The links of a proof, as they are shown. */
final class LinkTable {
    private LinkTable() {}

    /** @return whether none failed */
    static boolean show(Session session, List<Link> links) {
        boolean whole = links.stream().noneMatch(link -> link.status() == Link.Status.FAILED);
        if (session.json()) {
            ObjectNode document = session.mapper().createObjectNode().put("valid", whole);
            ArrayNode list = document.putArray("links");
            for (Link link : links) {
                list.addObject()
                        .put("link", link.name())
                        .put("status", text(link))
                        .put("detail", link.detail());
            }
            session.print(document);
            return whole;
        }
        Style style = session.terminal().shape().outStyle();
        for (Link link : links) {
            String word = String.format(Locale.ROOT, "%-11s", text(link).replace('-', ' '));
            String shown = switch (link.status()) {
                case PROVED -> style.green(word);
                case NOT_COVERED -> style.yellow(word);
                case FAILED -> style.red(word);
            };
            session.terminal().out().println(shown + "  " + Table.printable(link.name() + ": " + link.detail()));
        }
        return whole;
    }

    private static String text(Link link) {
        return link.status().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
