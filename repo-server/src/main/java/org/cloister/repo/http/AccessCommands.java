package org.cloister.repo.http;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.IssuedToken;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.PersonTokenOrder;
import org.cloister.repo.command.Request;
import org.cloister.repo.command.TokenOrder;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.person.PersonName;
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

    private record Issued(
            TokenId id, Principal principal, @Nullable String token) {}

    /** For a principal, or for a person whose name shall not be in the log. */
    private record Wanted(
            @Nullable Principal principal,
            @Nullable PersonName person,
            Set<Role> roles,
            @Nullable HostId host,
            @Nullable Instant expires) {}

    private void issue(Exchange exchange) {
        Outcomes.reply(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, issued(exchange.request(), exchange.body(Wanted.class))),
                done -> new Issued(
                        done.answer().event().id(),
                        done.answer().event().principal(),
                        done.answer().text()));
    }

    private CompletionStage<Outcome<IssuedToken>> issued(Request request, Wanted wanted) {
        Principal principal = wanted.principal();
        PersonName person = wanted.person();
        if (principal != null && person == null) {
            return commands.issueToken(
                    request, new TokenOrder(principal, wanted.roles(), wanted.host(), wanted.expires()));
        }
        if (person != null && principal == null) {
            return commands.issuePersonToken(
                    request, new PersonTokenOrder(person, wanted.roles(), wanted.host(), wanted.expires()));
        }
        throw RefusedException.of(
                Rule.MALFORMED_REQUEST,
                "a token is for a principal or for a person",
                "send `principal` or `person`, one of them");
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
