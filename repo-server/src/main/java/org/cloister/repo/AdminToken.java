package org.cloister.repo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.cloister.events.CorrelationId;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.IssuedToken;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Request;
import org.cloister.repo.command.TokenOrder;
import org.cloister.repo.decide.AccessState.Issued;
import org.cloister.repo.http.BearerToken;
import org.cloister.repo.view.TokensView;

/** The first administrator's token, without which nobody could make any other. */
final class AdminToken {
    private final Path file;
    private final CommandService commands;
    private final TokensView tokens;
    private final InstantSource clock;

    AdminToken(Path file, CommandService commands, TokensView tokens, InstantSource clock) {
        this.file = file;
        this.commands = commands;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Issues one and writes it to the file, unless the file has one that is valid. The views are up to date.
     *
     * @return whether it was issued
     */
    boolean ensure() throws IOException {
        if (isThere()) {
            return false;
        }
        RequestId id = new RequestId(UUID.randomUUID().toString());
        Request request = new Request(Caller.system(), id, new CorrelationId(id.text()));
        TokenOrder order = new TokenOrder(new Principal("admin"), Set.of(Role.ADMINISTRATOR), null, null);
        Outcome<IssuedToken> outcome =
                commands.issueToken(request, order).toCompletableFuture().join();
        if (outcome instanceof Outcome.Accepted<IssuedToken> accepted
                && accepted.answer().text() != null) {
            StateDirectory.writeSecret(file, accepted.answer().text() + "\n");
            return true;
        }
        throw new IOException("the first administrator's token was refused: " + outcome);
    }

    private boolean isThere() throws IOException {
        BearerToken token =
                Files.exists(file) ? BearerToken.parse(Files.readString(file).strip()) : null;
        if (token == null) {
            return false;
        }
        Issued issued = tokens.find(token.id());
        return issued != null
                && issued.valid(clock.instant())
                && issued.event().secretHash().equals(token.secretHash());
    }
}
