package org.cloister.repo.person;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.Event;
import org.cloister.events.PersonId;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.view.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys the keys of those whom the log calls erased: after a crash between the two, or when a backup brought the keys back. Every process
 * does, when it hears of the event and each time it starts.
 */
public final class ErasedKeys implements View {
    private static final Logger LOG = LoggerFactory.getLogger(ErasedKeys.class);
    /** Of one statement. */
    private static final int MAX_AT_ONCE = 1_000;

    private final PersonKeys keys;
    private final Executor executor;
    private final List<PersonId> waiting = new ArrayList<>();
    private boolean working;

    /** @param executor runs what blocks */
    public ErasedKeys(PersonKeys keys, Executor executor) {
        this.keys = keys;
        this.executor = executor;
    }

    @Override
    public synchronized void apply(RecordedEvent recorded, Event event) {
        if (event instanceof PersonErased erased) {
            waiting.add(erased.person());
            if (!working) {
                working = true;
                executor.execute(this::destroy);
            }
        }
    }

    private void destroy() {
        List<PersonId> some = next();
        while (!some.isEmpty()) {
            try {
                keys.destroy(some);
            } catch (UncheckedIOException e) {
                LOG.error(
                        "the keys of {} erased people may be there still; the next start destroys them",
                        some.size(),
                        e);
            }
            some = next();
        }
    }

    private synchronized List<PersonId> next() {
        List<PersonId> some = List.copyOf(waiting.subList(0, Math.min(MAX_AT_ONCE, waiting.size())));
        waiting.subList(0, some.size()).clear();
        working = !some.isEmpty();
        return some;
    }
}
