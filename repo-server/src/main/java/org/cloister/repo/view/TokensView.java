package org.cloister.repo.view;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.AccessEvent.PersonRegistered;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.events.TokenId;
import org.cloister.repo.decide.AccessState.Issued;
import org.jspecify.annotations.Nullable;

/** Every token that was given out, by its public half. */
public final class TokensView implements View {
    private final Map<TokenId, Issued> tokens = new ConcurrentHashMap<>();
    private final AccessEvent.Cases<Boolean> change = new Change();

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof AccessEvent access) {
            access.match(change);
        }
    }

    /** Null if there is none. {@link Issued#valid} tells whether it opens anything. */
    public @Nullable Issued find(TokenId id) {
        return tokens.get(id);
    }

    /** All tokens, those that opened something once too, in no order. */
    public Collection<Issued> all() {
        return Collections.unmodifiableCollection(tokens.values());
    }

    private final class Change implements AccessEvent.Cases<Boolean> {
        @Override
        public Boolean on(TokenIssued event) {
            tokens.put(event.id(), new Issued(event, null));
            return true;
        }

        @Override
        public Boolean on(RequestsRefused event) {
            return false;
        }

        @Override
        public Boolean on(PersonRegistered event) {
            return false;
        }

        @Override
        public Boolean on(PersonErased event) {
            return false;
        }

        @Override
        public Boolean on(TokenRevoked event) {
            tokens.computeIfPresent(event.id(), (id, issued) -> new Issued(issued.event(), event.reason()));
            return true;
        }
    }
}
