package org.cloister.repo.http;

import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.repo.command.CommandService;

/** Mirrors are defined and synchronized. */
final class MirrorEndpoints {
    private final CommandService commands;

    MirrorEndpoints(CommandService commands) {
        this.commands = commands;
    }

    void register(Endpoints endpoints) {
        endpoints.on("defineMirror", this::define).on("syncMirror", Unwired::answer);
    }

    private void define(Exchange exchange) {
        MirrorDefined definition = exchange.body(MirrorDefined.class);
        Outcomes.recorded(exchange, HttpStatus.CREATED, commands.defineMirror(exchange.request(), definition));
    }
}
