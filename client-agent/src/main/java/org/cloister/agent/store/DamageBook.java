package org.cloister.agent.store;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** Who keeps account of damage. */
public interface DamageBook {
    /** On return it is on record, and no program gets these bytes. What is on record already changes nothing. */
    void found(List<Damaged> damaged) throws IOException;

    /** The content was fetched again and is right in the store. */
    void fetched(Collection<Damaged> whole) throws IOException;

    /** Where nobody keeps any. */
    DamageBook NONE = new DamageBook() {
        @Override
        public void found(List<Damaged> damaged) {}

        @Override
        public void fetched(Collection<Damaged> whole) {}
    };
}
