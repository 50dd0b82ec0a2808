package org.cloister.repo.person;

import static org.cloister.sql.generated.Tables.PERSON_KEY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.cloister.events.PersonId;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jooq.Record4;
import org.jooq.SelectJoinStep;
import org.jooq.exception.DataAccessException;

/** The keys of people beside the log. */
public final class PostgresKeyTable implements KeyTable {
    private final PostgresDatabase database;

    public PostgresKeyTable(PostgresDatabase database) {
        this.database = database;
    }

    @Override
    public boolean insert(Row row) {
        return done(() -> database.dsl()
                        .insertInto(PERSON_KEY)
                        .set(PERSON_KEY.PERSON, row.person().text())
                        .set(PERSON_KEY.NAME_TAG, row.nameTag())
                        .set(PERSON_KEY.WRAPPED_KEY, row.wrappedKey())
                        .set(PERSON_KEY.MASTER, row.master())
                        .onConflictDoNothing()
                        .execute()
                > 0);
    }

    @Override
    public Optional<Row> find(byte[] nameTag) {
        return done(() -> rows().where(PERSON_KEY.NAME_TAG.eq(nameTag)).fetchOptional(PostgresKeyTable::row));
    }

    @Override
    public List<Row> read(Collection<PersonId> people) {
        return done(() -> rows().where(PERSON_KEY.PERSON.in(texts(people))).fetch(PostgresKeyTable::row));
    }

    @Override
    public int countOthers(String master) {
        return done(() -> database.dsl().fetchCount(PERSON_KEY, PERSON_KEY.MASTER.ne(master)));
    }

    @Override
    public void delete(Collection<PersonId> people) {
        done(() -> database.dsl()
                .deleteFrom(PERSON_KEY)
                .where(PERSON_KEY.PERSON.in(texts(people)))
                .execute());
    }

    private SelectJoinStep<Record4<String, byte[], byte[], String>> rows() {
        return database.dsl()
                .select(PERSON_KEY.PERSON, PERSON_KEY.NAME_TAG, PERSON_KEY.WRAPPED_KEY, PERSON_KEY.MASTER)
                .from(PERSON_KEY);
    }

    private static Row row(Record4<String, byte[], byte[], String> row) {
        return new Row(new PersonId(row.value1()), row.value2(), row.value3(), row.value4());
    }

    private static List<String> texts(Collection<PersonId> people) {
        return people.stream().map(PersonId::text).toList();
    }

    private static <T> T done(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException e) {
            throw new UncheckedIOException(new IOException("the keys of people can't be reached", e));
        }
    }
}
