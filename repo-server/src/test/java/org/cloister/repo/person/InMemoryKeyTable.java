package org.cloister.repo.person;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.PersonId;

/** The keys of people in memory. */
public final class InMemoryKeyTable implements KeyTable {
    private final Map<PersonId, Row> rows = new HashMap<>();

    /** Keys of a repository in memory, under a master key of their own. */
    public static PersonKeys keys() {
        SecureRandom random = new SecureRandom();
        return new PersonKeys(new InMemoryKeyTable(), MasterKey.fresh(random), random);
    }

    @Override
    public synchronized boolean insert(Row row) {
        boolean fits = find(row.nameTag()).isEmpty() && !rows.containsKey(row.person());
        if (fits) {
            rows.put(row.person(), row);
        }
        return fits;
    }

    @Override
    public synchronized Optional<Row> find(byte[] nameTag) {
        return rows.values().stream()
                .filter(row -> Arrays.equals(row.nameTag(), nameTag))
                .findFirst();
    }

    @Override
    public synchronized List<Row> read(Collection<PersonId> people) {
        return people.stream()
                .distinct()
                .filter(rows::containsKey)
                .map(rows::get)
                .toList();
    }

    @Override
    public synchronized int countOthers(String master) {
        return (int) rows.values().stream()
                .filter(row -> !row.master().equals(master))
                .count();
    }

    @Override
    public synchronized void delete(Collection<PersonId> people) {
        rows.keySet().removeAll(List.copyOf(people));
    }
}
