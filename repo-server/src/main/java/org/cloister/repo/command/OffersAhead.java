package org.cloister.repo.command;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.view.View;

/**
 * Has what mirrors offer read when it changed, so that the next one who resolves needn't wait for it: a suite of Debian takes
 * seconds.
 */
public final class OffersAhead implements View {
    private final CatalogResolver resolver;
    private final Executor executor;
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** @param executor for work of seconds */
    public OffersAhead(CatalogResolver resolver, Executor executor) {
        this.resolver = resolver;
        this.executor = executor;
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof MirrorIndexed && waiting.compareAndSet(false, true)) {
            executor.execute(() -> {
                waiting.set(false);
                resolver.index();
            });
        }
    }
}
