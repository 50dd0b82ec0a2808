package org.cloister.repo.person;

final class InMemoryKeyTableTest extends KeyTableContract {
    @Override
    KeyTable table() {
        return new InMemoryKeyTable();
    }
}
