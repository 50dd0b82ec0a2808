package org.cloister.repo.person;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.cloister.events.PersonId;

/**
 * Where the wrapped keys of people are: outside of the log, so that they can go. Thread-safe, also among processes; blocks. Everything
 * throws {@link java.io.UncheckedIOException} if the database failed.
 */
public interface KeyTable {
    /**
     * @param nameTag finds the row by a name; there is one row for each
     * @param master the id of the master key that wrapped the key
     */
    record Row(PersonId person, byte[] nameTag, byte[] wrappedKey, String master) {}

    /** Durable on return. False, and nothing happens, if there is a row with this tag or of this person. */
    boolean insert(Row row);

    Optional<Row> find(byte[] nameTag);

    /** Of those who have one, in no order. */
    List<Row> read(Collection<PersonId> people);

    /** How many rows another master key than this one wrapped. */
    int countOthers(String master);

    /** Durable on return. Those who have none are passed over. */
    void delete(Collection<PersonId> people);
}
