package org.cloister.repo.console;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.IssuedToken;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.PersonTokenOrder;
import org.cloister.repo.command.TokenOrder;
import org.cloister.repo.console.model.Limited;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.console.model.TokenList;
import org.cloister.repo.console.model.TokenRow;
import org.cloister.repo.person.PersonName;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Tokens, for administrators. */
final class TokenPages {
    private static final int MAX_DAYS = 3_650;

    private final CommandService commands;
    private final Views views;

    TokenPages(CommandService commands, Views views) {
        this.commands = commands;
        this.views = views;
    }

    void register(Routes routes) {
        routes.page("/tokens", "listTokens", visit -> page(visit, null))
                .action("/tokens", "issueToken", this::issue)
                .action("/tokens/revoke", "revokeToken", this::revoke);
    }

    private Answer page(Visit visit, @Nullable String issued) {
        Comparator<TokenRow> order = Comparator.comparing(TokenRow::valid)
                .reversed()
                .thenComparing(TokenRow::principal)
                .thenComparing(TokenRow::id);
        List<TokenRow> rows = views.tokens().all().stream()
                .map(token -> TokenRow.of(token, visit.now()))
                .sorted(order)
                .toList();
        List<String> roles = Arrays.stream(Role.values()).map(Role::text).toList();
        return new Answer.Page(
                "Tokens",
                Section.TOKENS,
                "tokens.jte",
                "list",
                new TokenList(Limited.of(rows, row -> row), roles, issued));
    }

    /** The new token is in the answer itself: nothing keeps it. */
    private Future<Answer> issue(Visit visit) {
        Set<Role> roles = visit.texts("role").stream()
                .map(role -> Visit.parsed(role, Role::parse))
                .collect(Collectors.toSet());
        Integer days = visit.value("days", TokenPages::days);
        Instant expires = days == null ? null : visit.now().plus(Duration.ofDays(days));
        return Commands.answered(views, issued(visit, roles.isEmpty() ? Set.of(Role.READER) : roles, expires))
                .map(issued -> page(visit, issued.text()));
    }

    private CompletionStage<Outcome<IssuedToken>> issued(Visit visit, Set<Role> roles, @Nullable Instant expires) {
        if (visit.texts("person").isEmpty()) {
            Principal principal = visit.required("principal", Principal::new);
            return commands.issueToken(visit.request(), new TokenOrder(principal, roles, null, expires));
        }
        PersonName person = visit.required("principal", PersonName::new);
        return commands.issuePersonToken(visit.request(), new PersonTokenOrder(person, roles, null, expires));
    }

    private static Integer days(String text) {
        int days = Integer.parseInt(text);
        if (days < 1 || days > MAX_DAYS) {
            throw new IllegalArgumentException("a token ends in 1 to " + MAX_DAYS + " days, not in " + days);
        }
        return days;
    }

    private Future<Answer> revoke(Visit visit) {
        TokenId id = visit.required("id", TokenId::new);
        return Commands.done(
                visit,
                views,
                commands.revokeToken(
                        visit.request(), id, "revoked by " + visit.caller().principal() + " in the console"),
                Links.ROOT + "/tokens",
                revoked -> "The token " + id + " opens nothing any more.");
    }
}
