package org.cloister.repo.http;

import org.cloister.events.TokenId;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.TokenOrder;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Tokens are given out and taken back. */
final class AccessCommands {
    private final CommandService commands;
    private final Views views;

    AccessCommands(CommandService commands, Views views) {
        this.commands = commands;
        this.views = views;
    }

    void register(Endpoints endpoints) {
        endpoints.on("issueToken", this::issue).on("revokeToken", this::revoke);
    }

    private record Issued(TokenId id, @Nullable String token) {}

    private void issue(Exchange exchange) {
        TokenOrder order = exchange.body(TokenOrder.class);
        Outcomes.reply(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, commands.issueToken(exchange.request(), order)),
                done -> new Issued(done.answer().event().id(), done.answer().text()));
    }

    private void revoke(Exchange exchange) {
        String reason = exchange.query("reason");
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(
                        views,
                        commands.revokeToken(
                                exchange.request(),
                                new TokenId(exchange.path("id")),
                                reason == null
                                        ? "revoked by " + exchange.caller().principal()
                                        : reason)));
    }
}
