package org.cloister.repo.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.SystemName;

/** What an agent with the builder role records: configured layers and the system users that configuring needs. */
final class ClosureCommands {
    private final CommandService commands;

    ClosureCommands(CommandService commands) {
        this.commands = commands;
    }

    void register(Endpoints endpoints) {
        endpoints.on("recordConfiguredLayer", this::configured).on("registerUsers", this::users);
    }

    private record Layer(LayerId layer) {}

    private void configured(Exchange exchange) {
        Layer body = exchange.body(Layer.class);
        ClosureId closure = ClosureId.parse(exchange.path("digest"));
        Outcomes.reply(
                exchange,
                HttpStatus.OK,
                commands.configured(exchange.request(), closure, body.layer()),
                done -> new Layer(done.answer()));
    }

    private record Name(String name, String kind) {
        SystemName value() {
            return new SystemName(IdKind.valueOf(kind.toUpperCase(Locale.ROOT)), name);
        }
    }

    private record Names(List<Name> names) {}

    private void users(Exchange exchange) {
        Names body = exchange.body(Names.class);
        Outcomes.reply(
                exchange,
                HttpStatus.OK,
                commands.registerUsers(
                        exchange.request(),
                        body.names().stream().map(Name::value).toList()),
                done -> Map.of("ids", ids(done.answer())));
    }

    private static Map<String, Integer> ids(Map<SystemName, Integer> answer) {
        Map<String, Integer> ids = new TreeMap<>();
        answer.forEach((name, id) -> ids.put(Texts.lower(name.kind()) + ":" + name.name(), id));
        return ids;
    }
}
