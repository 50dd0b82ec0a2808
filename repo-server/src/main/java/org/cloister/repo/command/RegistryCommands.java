package org.cloister.repo.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.ClosureEvent;
import org.cloister.events.Event;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.UserEvent;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.LayerPresence.Keeping;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.ClosureDecider;
import org.cloister.repo.decide.ClosureState;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.decide.SystemName;
import org.cloister.repo.decide.UserRegistry;
import org.cloister.repo.decide.UserRegistryState;
import org.jspecify.annotations.Nullable;

/** Commands of builders: configured layers and system users. A builder may be an agent, whose token is bound to its host. */
final class RegistryCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final CurrentViews views;
    private final LayerPresence pool;

    RegistryCommands(CommandRunner runner, Streams streams, CurrentViews views, LayerPresence pool) {
        this.runner = runner;
        this.streams = streams;
        this.views = views;
        this.pool = pool;
    }

    CompletionStage<Outcome<LayerId>> configured(Request request, ClosureId closure, LayerId layer) {
        Refusal refusal = Authority.any(request.caller(), Role.BUILDER);
        return Kept.during(pool, keeping -> runner.run(request, refusal, new Configure(closure, layer, keeping)));
    }

    CompletionStage<Outcome<Map<SystemName, Integer>>> register(Request request, List<SystemName> names) {
        Refusal refusal = Authority.any(request.caller(), Role.BUILDER);
        if (refusal == null && (names.isEmpty() || names.size() > CommandService.MAX_NAMES)) {
            refusal = new Refusal(
                    names.isEmpty() ? Rule.NOTHING_NAMED : Rule.TOO_LARGE,
                    "a request registers 1 to " + CommandService.MAX_NAMES + " names, not " + names.size(),
                    "split it");
        }
        return runner.run(request, refusal, new Register(List.copyOf(names)));
    }

    private final class Configure implements Plan<LayerId> {
        private final ClosureId closure;
        private final LayerId layer;
        private final StreamId stream;
        private final Keeping keeping;

        Configure(ClosureId closure, LayerId layer, Keeping keeping) {
            this.keeping = keeping;
            this.closure = closure;
            this.layer = layer;
            this.stream = StreamId.of(closure);
        }

        @Override
        public CompletionStage<Attempt<LayerId>> attempt() {
            return views.then(() -> {
                Loaded<ClosureState> loaded = streams.load(StreamFamily.CLOSURE, stream);
                keeping.layer(layer);
                LayerId present = loaded.state().configured();
                LayerId winner = present != null && keeping.layer(present) ? present : null;
                Decision<ClosureEvent> decision =
                        ClosureDecider.configure(new ClosureState(winner), closure, layer, pool.complete(layer));
                return Attempt.of(decision, stream, loaded.version(), events -> layer, winner == null ? layer : winner);
            });
        }

        @Override
        public @Nullable LayerId repeated(List<Event> events) {
            return streams.load(StreamFamily.CLOSURE, stream).state().configured();
        }
    }

    private final class Register implements Plan<Map<SystemName, Integer>> {
        private final List<SystemName> names;

        Register(List<SystemName> names) {
            this.names = names;
        }

        @Override
        public CompletionStage<Attempt<Map<SystemName, Integer>>> attempt() {
            Loaded<UserRegistryState> loaded = load();
            Decision<UserEvent> decision = UserRegistry.register(loaded.state(), names);
            UserRegistryState after = loaded.state();
            if (decision instanceof Decision.Accepted<UserEvent> accepted) {
                for (UserEvent event : accepted.events()) {
                    after = after.evolve(event);
                }
            }
            Map<SystemName, Integer> ids = ids(after);
            return CompletableFuture.completedFuture(
                    Attempt.of(decision, StreamId.users(), loaded.version(), events -> ids, ids));
        }

        @Override
        public @Nullable Map<SystemName, Integer> repeated(List<Event> events) {
            return events.get(0) instanceof UserEvent ? ids(load().state()) : null;
        }

        private Loaded<UserRegistryState> load() {
            return streams.load(StreamFamily.USERS, StreamId.users());
        }

        private Map<SystemName, Integer> ids(UserRegistryState state) {
            Map<SystemName, Integer> ids = new LinkedHashMap<>();
            for (SystemName name : names) {
                Integer id = state.id(name);
                if (id != null) {
                    ids.put(name, id);
                }
            }
            return ids;
        }
    }
}
