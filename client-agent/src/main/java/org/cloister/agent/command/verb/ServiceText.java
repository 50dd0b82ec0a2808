package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.Isolation;

/** A service for people and for scripts. */
final class ServiceText {
    private ServiceText() {}

    static ObjectNode json(JsonMapper mapper, ServiceView view) {
        Instant since = view.since();
        ObjectNode node = mapper.createObjectNode()
                .put("root", view.root().text())
                .put("service", view.name().text())
                .put("description", view.description())
                .put("kind", view.kind())
                .put("file", view.file())
                .put("package", view.from())
                .put("own", view.own())
                .put("masked", view.masked())
                .put("enabled", view.enabled())
                .put("state", view.state())
                .put("up", view.up())
                .put("detail", view.detail())
                .put("status", view.told())
                .put("main", view.main())
                .put("since", since == null ? null : since.toString())
                .put("restarts", view.restarts())
                .put("isolation", view.isolation().text());
        ArrayNode unsupported = node.putArray("unsupported");
        view.unsupported().forEach(unsupported::add);
        ArrayNode hardening = node.putArray("hardening");
        view.hardening().forEach(hardening::add);
        return node;
    }

    static String line(ServiceView view) {
        String enabled = view.enabled() ? "enabled" : "not enabled";
        return view.name() + " of " + view.root() + " is " + state(view) + ", " + enabled;
    }

    private static String state(ServiceView view) {
        String detail = view.detail().isEmpty() || view.up() ? "" : " (" + view.detail() + ")";
        return view.state() + detail;
    }

    static List<String> page(ServiceView view, List<String> log) {
        List<String> lines = new ArrayList<>();
        lines.add(view.name() + " of " + view.root() + " - " + view.description());
        String from = view.from().isEmpty() ? "" : ", package " + view.from();
        lines.add("  " + view.kind() + ": /" + view.file() + from + (view.masked() ? ", masked" : ""));
        lines.add("  state: " + state(view) + (view.since() == null ? "" : " since " + view.since())
                + (view.restarts() == 0 ? "" : ", restart " + view.restarts()));
        lines.add("  enabled: " + (view.enabled() ? "yes" : "no"));
        if (view.main() > 0) {
            lines.add("  main process: " + view.main() + " in its "
                    + (view.isolation() == Isolation.GUEST ? "guest" : "sandbox"));
        }
        if (view.isolation() == Isolation.GUEST) {
            lines.add("  isolation: guest");
        }
        if (!view.told().isEmpty()) {
            lines.add("  says: " + view.told());
        }
        view.unsupported().forEach(note -> lines.add("  not as its unit says: " + note));
        if (!view.hardening().isEmpty()) {
            lines.add("  without effect, the root's own walls stand: " + String.join(", ", view.hardening()));
        }
        if (!log.isEmpty()) {
            lines.add("");
            lines.addAll(log);
        }
        return lines;
    }
}
