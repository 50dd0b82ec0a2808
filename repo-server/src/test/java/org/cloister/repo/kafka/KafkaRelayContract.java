package org.cloister.repo.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.cloister.sql.generated.Tables.RELAY_CURSOR;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.RepoServices;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the relay keeps on any Kafka: the embedded one and the official image. */
abstract class KafkaRelayContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final PostgresDatabase database = RepoServices.database();
    private final PostgresEventStore store;
    private int requests;

    KafkaRelayContract() throws IOException {
        store = PostgresEventStore.open(database, Clock.systemUTC());
    }

    /** A running Kafka whose topics this test may make anew. */
    abstract String bootstrapServers();

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    @Test
    void everyEventIsInItsTopicInOrderWithItsExactLine() throws Exception {
        append("package:a", 0, 300);
        append("host:h1", 0, 200);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
            append("host:h2", 0, 100);
            append("closure:" + "0".repeat(64), 0, 50);
            awaitRelayed(relay);
            assertThat(relay.status().trouble()).isEmpty();
        }
        Map<String, List<RecordedEvent>> topics = TopicReader.read(bootstrapServers());

        List<RecordedEvent> all = new ArrayList<>();
        topics.values().forEach(all::addAll);
        all.sort(Comparator.comparing(RecordedEvent::position));
        assertThat(all).isEqualTo(store.readAll(Position.NONE, 10_000));
        assertThat(topics.get("cloister.packages/0")).hasSize(350);
        topics.values()
                .forEach(events ->
                        assertThat(events).isSortedAccordingTo(Comparator.comparing(RecordedEvent::position)));
    }

    @Test
    void aSecondRelayGoesOnAtTheCursor() throws Exception {
        append("package:a", 0, 10);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
        }
        append("package:a", 10, 10);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
        }

        assertThat(TopicReader.read(bootstrapServers()).get("cloister.packages/0"))
                .isEqualTo(store.readAll(Position.NONE, 10_000));
    }

    @Test
    void aRunningRelayRebuildsTheTopicsInANewEpoch() throws Exception {
        append("package:a", 0, 100);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
            long before = relay.status().epoch();

            long epoch = relay.rebuild("a test wants it").toCompletableFuture().get(60, TimeUnit.SECONDS);

            assertThat(epoch).isGreaterThan(before);
            awaitRelayed(relay);
            assertThat(relay.status().epoch()).isEqualTo(epoch);
            assertThat(TopicReader.read(bootstrapServers()).get("cloister.packages/0"))
                    .isEqualTo(store.readAll(Position.NONE, 10_000));
        }
    }

    @Test
    void topicsAreRebuiltOffLineButNotUnderARunningRelay() throws Exception {
        append("package:a", 0, 100);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
            assertThatThrownBy(() -> TopicRebuild.run(database, bootstrapServers(), "test"))
                    .hasMessageContaining("relays at present");
        }

        TopicRebuild.run(database, bootstrapServers(), "test");

        assertThat(TopicReader.read(bootstrapServers())).isEmpty();
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
        }
        assertThat(TopicReader.read(bootstrapServers()).get("cloister.packages/0"))
                .hasSize(100);
    }

    @Test
    void whatABrokerLostAfterAcknowledgingItIsSentAgain() throws Exception {
        append("package:a", 0, 20);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
        }
        append("package:a", 20, 5);
        try (RelayCursor cursor = RelayCursor.tryOpen(database)) {
            assertThat(cursor).isNotNull();
            RelayCursor.Place kept = cursor.read();
            String place = TopicEnds.place("cloister.packages", 0);
            long end = kept.ends().offsets().getOrDefault(place, 0L);
            cursor.move(new RelayCursor.Place(
                    kept.epoch(), new Position(25), kept.ends().with(Map.of(place, end + 5))));
        }

        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            await().atMost(PATIENCE)
                    .until(() -> relay.status().epoch() > 0 && relay.status().lag() == 0);
            assertThat(relay.status().epoch()).isEqualTo(placeOf(database).epoch());
        }

        assertThat(TopicReader.read(bootstrapServers()).get("cloister.packages/0"))
                .isEqualTo(store.readAll(Position.NONE, 10_000));
    }

    @Test
    void topicsThatKnowMoreThanARestoredLogAreMadeAnewInANewEpoch() throws Exception {
        append("package:a", 0, 20);
        RelayCursor.Place backup;
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
            backup = placeOf(database);
        }
        append("package:a", 20, 30);
        try (KafkaRelay relay = KafkaRelay.start(database, store, bootstrapServers())) {
            awaitRelayed(relay);
        }
        try (PostgresDatabase restored = RepoServices.database();
                PostgresEventStore shorter = PostgresEventStore.open(restored, Clock.systemUTC())) {
            append(shorter, "package:b", 0, 20);
            try (RelayCursor cursor = RelayCursor.tryOpen(restored)) {
                assertThat(cursor).isNotNull();
                cursor.move(backup);
            }

            try (KafkaRelay relay = KafkaRelay.start(restored, shorter, bootstrapServers())) {
                await().atMost(PATIENCE).until(() -> relay.status().epoch() > backup.epoch());
                await().atMost(PATIENCE).until(() -> relay.status().lag() == 0);
            }

            assertThat(TopicReader.read(bootstrapServers()).get("cloister.packages/0"))
                    .isEqualTo(shorter.readAll(Position.NONE, 10_000));
        }
    }

    /** As another process sees it that looks beside a running relay. */
    private static RelayCursor.Place placeOf(PostgresDatabase database) {
        return database.dsl()
                .selectFrom(RELAY_CURSOR)
                .fetchSingle(row -> new RelayCursor.Place(
                        row.get(RELAY_CURSOR.EPOCH),
                        new Position(row.get(RELAY_CURSOR.POSITION)),
                        TopicEnds.parse(row.get(RELAY_CURSOR.TOPICS))));
    }

    @Test
    void eventsWaitWhileKafkaIsAwayAndTheStatusSaysSo() throws Exception {
        try (KafkaRelay relay = KafkaRelay.start(database, store, "127.0.0.1:1")) {
            append("package:a", 0, 7);
            await().atMost(PATIENCE)
                    .until(() -> relay.status()
                            .trouble()
                            .filter(text -> text.startsWith("Kafka"))
                            .isPresent());
            assertThat(relay.status().lag()).isEqualTo(7);
        }
    }

    private void awaitRelayed(KafkaRelay relay) {
        await().atMost(PATIENCE)
                .until(() -> relay.status().cursor().equals(store.head())
                        && relay.status().trouble().isEmpty());
    }

    private void append(String stream, long version, int count) throws Exception {
        append(store, stream, version, count);
    }

    private void append(PostgresEventStore to, String stream, long version, int count) throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(new PackageYanked(PackageId.of("hello", "2.10-3", "amd64"), "reason " + i));
        }
        to.append(new Append(
                        new RequestId("relay-" + ++requests),
                        new Principal("alice"),
                        new CorrelationId("c"),
                        List.of(new Append.Part(StreamId.parse(stream), version, events))))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
