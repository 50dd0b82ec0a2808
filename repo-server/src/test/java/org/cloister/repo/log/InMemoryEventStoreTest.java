package org.cloister.repo.log;

import java.time.Clock;

final class InMemoryEventStoreTest extends EventStoreContract {
    @Override
    EventStore store(Clock clock) {
        return new InMemoryEventStore(clock);
    }
}
