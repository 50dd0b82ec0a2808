package org.cloister.agent.feed;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The preferred feed while it works, otherwise the other one from the same position; tries the preferred one again from time
 * to time. Also looks at the other one when the preferred one has been silent, so that a relay that stands still doesn't keep a
 * host from its events. One thread.
 */
public final class PreferredFeed implements EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(PreferredFeed.class);

    /** How long to stay with the second choice, and how long silence may last before the second choice is asked. */
    private final Duration patience;

    private final FeedSource preferred;
    private final FeedSource other;
    private @Nullable EventFeed present;
    private boolean presentIsPreferred;
    private Position after;
    private String hint;
    private long since = System.nanoTime();

    public PreferredFeed(FeedSource preferred, FeedSource other, Position after, String hint, Duration patience) {
        this.preferred = preferred;
        this.other = other;
        this.after = after;
        this.hint = hint;
        this.patience = patience;
    }

    @Override
    public Batch poll(Duration wait) throws IOException, InterruptedException {
        if (present == null) {
            open();
        }
        EventFeed feed = present;
        if (feed == null) {
            throw new IOException("no feed");
        }
        Batch batch;
        try {
            batch = feed.poll(wait);
        } catch (IOException e) {
            leave(e.getMessage());
            if (presentIsPreferred) {
                openOther();
                return new Batch(List.of(), after, true);
            }
            throw e;
        }
        heard(feed, batch);
        if (!batch.events().isEmpty() && presentIsPreferred) {
            since = System.nanoTime();
        }
        return batch.events().isEmpty() && isOver() ? reconsidered(batch) : batch;
    }

    private void heard(EventFeed feed, Batch batch) {
        if (batch.upTo().isAfter(after)) {
            after = batch.upTo();
        }
        hint = feed.hint().isEmpty() ? hint : feed.hint();
    }

    private boolean isOver() {
        return System.nanoTime() - since > patience.toNanos();
    }

    /** With the preferred feed silent: ask the other one. With the other one: try the preferred one again. */
    private Batch reconsidered(Batch batch) throws InterruptedException {
        since = System.nanoTime();
        if (!presentIsPreferred) {
            leave("trying the preferred feed again");
            return batch;
        }
        try (EventFeed second = other.open(after, "")) {
            Batch missed = second.poll(Duration.ZERO);
            if (missed.events().isEmpty()) {
                return batch;
            }
            LOG.warn("the feed {} is behind: {} has events after {}", name(), second.name(), after);
            leave("it is behind");
            openOther();
            heard(second, missed);
            return missed;
        } catch (IOException e) {
            return batch;
        }
    }

    private void open() throws IOException, InterruptedException {
        since = System.nanoTime();
        try {
            present = preferred.open(after, hint);
            presentIsPreferred = true;
        } catch (IOException e) {
            LOG.info("{}", e.getMessage());
            openOther();
        }
    }

    private void openOther() throws InterruptedException {
        since = System.nanoTime();
        presentIsPreferred = false;
        try {
            present = other.open(after, "");
        } catch (IOException e) {
            LOG.info("{}", e.getMessage());
        }
    }

    private void leave(@Nullable String why) {
        LOG.info("leaving the feed {}: {}", name(), why);
        EventFeed feed = present;
        present = null;
        if (feed != null) {
            feed.close();
        }
    }

    @Override
    public String name() {
        EventFeed feed = present;
        return feed == null ? "none" : feed.name();
    }

    @Override
    public String hint() {
        return hint;
    }

    @Override
    public void close() {
        EventFeed feed = present;
        present = null;
        if (feed != null) {
            feed.close();
        }
    }
}
