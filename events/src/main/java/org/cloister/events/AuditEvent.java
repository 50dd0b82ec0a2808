package org.cloister.events;

import java.util.List;

/** What the repository found when it looked after itself ({@code audit:repository}). */
public sealed interface AuditEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(Rehashed event);
    }

    /**
     * Something that isn't what was stored.
     *
     * @param place {@code event 4711 payload}, or the file's path in the pool
     */
    record Damage(String place, String reason) {}

    /**
     * Everything was hashed again.
     *
     * @param events of the log; as far as it is whole where it is damaged
     * @param files of the pool
     * @param bytes of these files
     * @param damaged how much isn't what was stored
     * @param first the first of that, at most a hundred
     */
    record Rehashed(long events, long files, long bytes, long milliseconds, long damaged, List<Damage> first)
            implements AuditEvent {
        public Rehashed {
            first = List.copyOf(first);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
