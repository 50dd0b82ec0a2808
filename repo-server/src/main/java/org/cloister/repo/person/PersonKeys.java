package org.cloister.repo.person;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.PersonId;
import org.cloister.events.SealedName;

/** The keys of people. Nothing of them is kept in memory: once a key is destroyed, no process can use it. Thread-safe; blocks. */
public final class PersonKeys {
    private static final int ID_BYTES = 16;

    private final KeyTable table;
    private final MasterKey master;
    private final SecureRandom random;

    public PersonKeys(KeyTable table, MasterKey master, SecureRandom random) {
        this.table = table;
        this.master = master;
        this.random = random;
    }

    /** A key, and a pseudonym, that nobody has; kept nowhere. */
    public PersonKey fresh() {
        byte[] id = new byte[ID_BYTES];
        byte[] key = new byte[Aes.KEY_BYTES];
        random.nextBytes(id);
        random.nextBytes(key);
        return new PersonKey(new PersonId(HexFormat.of().formatHex(id)), key);
    }

    /**
     * Keeps the key as that of the person of this name; durable on return. False, and nothing is kept, if that name has one: somebody
     * was first, here or in another process.
     */
    public boolean keep(PersonKey key, PersonName name) {
        return table.insert(new KeyTable.Row(key.person(), master.tag(name), master.wrap(key, random), master.id()));
    }

    /** The key of the person who has this name; empty if nobody has, or had but was erased. */
    public Optional<PersonKey> find(PersonName name) {
        return table.find(master.tag(name)).map(this::unwrapped);
    }

    private PersonKey unwrapped(KeyTable.Row row) {
        return master.unwrap(row.person(), row.wrappedKey())
                .orElseThrow(() -> new UncheckedIOException(new IOException("the key of "
                        + row.person().principal() + " was altered: restore the row of person_key from a backup")));
    }

    /** The names that can be read, of these: a key is there, is wrapped by this master key, and opens the name. */
    public Map<PersonId, PersonName> open(Map<PersonId, SealedName> sealed) {
        Map<PersonId, PersonName> names = new HashMap<>();
        if (sealed.isEmpty()) {
            return names;
        }
        for (KeyTable.Row row : table.read(sealed.keySet())) {
            SealedName name = sealed.get(row.person());
            if (name != null) {
                master.unwrap(row.person(), row.wrappedKey())
                        .flatMap(key -> key.open(name))
                        .ifPresent(open -> names.put(row.person(), open));
            }
        }
        return names;
    }

    public SealedName seal(PersonKey key, PersonName name) {
        return key.seal(name, random);
    }

    /** How many keys another master key wrapped: these names can't be read, and whoever has one of them is taken for somebody new. */
    public int foreign() {
        return table.countOthers(master.id());
    }

    /** What these people are called can't be told any more; durable on return. As often as one likes. */
    public void destroy(Collection<PersonId> people) {
        if (!people.isEmpty()) {
            table.delete(people);
        }
    }
}
