package org.cloister.repo;

import static org.cloister.sql.generated.Tables.EPOCH;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.cloister.repo.http.Vitals;
import org.cloister.repo.kafka.RelayStatus;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.rehash.RehashView;
import org.cloister.repo.view.Projection;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Asks the running parts how they are. */
final class LiveVitals implements Vitals {
    private final Identity identity;
    private final PostgresDatabase database;
    private final EventStore store;
    private final Projection projection;
    private final Carrier carrier;
    private final RehashView rehashes;
    private final InstantSource clock;
    private final Instant startedAt;

    /**
     * What doesn't change while it runs.
     *
     * @param relays whether there shall be a Kafka
     */
    record Identity(String name, String version, boolean relays) {}

    LiveVitals(
            Identity identity,
            PostgresDatabase database,
            EventStore store,
            Projection projection,
            Carrier carrier,
            RehashView rehashes,
            InstantSource clock) {
        this.identity = identity;
        this.database = database;
        this.store = store;
        this.projection = projection;
        this.carrier = carrier;
        this.rehashes = rehashes;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    @Override
    public Readiness readiness() {
        String databaseState = databaseState();
        String sequencerState = sequencerState();
        boolean carrierTried = !identity.relays()
                || carrier.status().isPresent()
                || carrier.trouble().isPresent();
        return new Readiness(
                databaseState.equals(OK) && sequencerState.equals(OK) && carrierTried,
                databaseState,
                sequencerState,
                relayState());
    }

    private String databaseState() {
        try {
            database.dsl().selectOne().fetch();
            return OK;
        } catch (DataAccessException e) {
            return "PostgreSQL does not answer";
        }
    }

    private String sequencerState() {
        Throwable failure = projection.failure();
        return failure == null ? OK : "the views stopped after position " + projection.position() + ": " + failure;
    }

    /** Trouble of the relay is told, but keeps no commands away: the log goes on, and agents may read it over HTTP. */
    private String relayState() {
        if (!identity.relays()) {
            return OK;
        }
        Optional<RelayStatus> status = carrier.status();
        if (status.isEmpty()) {
            return carrier.trouble().orElse("Kafka is starting");
        }
        String behind = status.get().epoch() == 0 ? "" : status.get().lag() + " events behind: ";
        return status.get().trouble().map(trouble -> behind + trouble).orElse(OK);
    }

    /** From the database: it is the same whether or not there is a Kafka, and before the relay found its place. */
    private String epoch() {
        return String.valueOf(
                database.dsl().select(DSL.max(EPOCH.EPOCH_)).from(EPOCH).fetchOne(0, Long.class));
    }

    @Override
    public Status status() {
        Optional<RelayStatus> relay = carrier.status().filter(status -> status.epoch() > 0);
        return new Status(
                identity.name(),
                identity.version(),
                epoch(),
                store.head().value(),
                relay.map(status -> status.cursor().value()).orElse(null),
                carrier.bootstrapServers().orElse(null),
                startedAt,
                Duration.between(startedAt, clock.instant()).toSeconds(),
                rehash());
    }

    private @Nullable Rehash rehash() {
        RehashView.Last last = rehashes.last();
        return last == null
                ? null
                : new Rehash(
                        last.at(),
                        last.found().events(),
                        last.found().files(),
                        last.found().bytes(),
                        last.found().damaged(),
                        last.found().first());
    }
}
