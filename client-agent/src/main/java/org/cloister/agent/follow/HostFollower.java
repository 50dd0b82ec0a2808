package org.cloister.agent.follow;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.cloister.agent.control.Progress;
import org.cloister.agent.feed.EventFeed;
import org.cloister.agent.image.DeviceBook;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.ImageText;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.image.PendingRequest;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RetryPauses;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.state.ReportForm;
import org.cloister.agent.state.SavedCheckpoint;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the agent: hear events, interpret them, carry out what is pending when there is nothing more to hear, then
 * store the checkpoint and the report together. A crash anywhere means that what wasn't stored is heard or done again, which
 * changes nothing. Runs on one thread.
 */
public final class HostFollower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HostFollower.class);
    private static final Duration WAIT = Duration.ofSeconds(25);
    /** Kafka needs a moment to deliver even what is there. */
    private static final Duration AT_ONCE = Duration.ofMillis(300);

    private static final Duration EPOCH_CHECK = Duration.ofSeconds(60);
    private static final String PARKED = "parked ";

    private final FeedOpener feeds;
    private final AgentDatabase database;
    private final Repository repository;
    private final RequestWork work;
    private final Reports reports;
    private final Situation situation;
    private final FollowerListener listener;
    private final EventCodec codec = new EventCodec();

    private HostImage image = HostImage.EMPTY;
    private Position heard = Position.NONE;
    private String hint = "";
    private String epoch = "";
    private @Nullable HostImage savedImage;
    private String savedEpoch = "";
    private @Nullable SortedMap<RootName, LinkedRoot> present;
    private Position savedPosition = Position.NONE;
    private long epochCheckedAt;
    /** Which event of this epoch was reported as not understood. */
    private Position reportedAsUnknown = Position.NONE;

    private final Duration epochCheck;

    /** What a poll came to. */
    private enum Heard {
        SOME,
        EVERYTHING,
        NOT_UNDERSTOOD
    }

    public HostFollower(
            FeedOpener feeds,
            AgentDatabase database,
            Repository repository,
            RequestWork work,
            Reports reports,
            Situation situation,
            FollowerListener listener) {
        this(feeds, database, repository, work, reports, situation, listener, EPOCH_CHECK);
    }

    /** @param epochCheck how often a quiet repository is asked for its epoch */
    HostFollower(
            FeedOpener feeds,
            AgentDatabase database,
            Repository repository,
            RequestWork work,
            Reports reports,
            Situation situation,
            FollowerListener listener,
            Duration epochCheck) {
        this.feeds = feeds;
        this.database = database;
        this.repository = repository;
        this.work = work;
        this.reports = reports;
        this.situation = situation;
        this.listener = listener;
        this.epochCheck = epochCheck;
    }

    /** Takes up where the last run left off. Called before {@link #run}, so that what is installed is known at once. */
    public void restore() throws IOException {
        Optional<SavedCheckpoint> saved = database.checkpoint();
        if (saved.isPresent()) {
            image = ImageText.read(saved.get().image());
            savedImage = image;
            savedEpoch = saved.get().epoch();
            heard = saved.get().position();
            savedPosition = heard;
            hint = saved.get().feedHint();
            epoch = saved.get().epoch();
            reportedAsUnknown = reportedAsUnknown();
        }
        situation.heard(image, heard, Situation.CONNECTING);
        situation.durable(image, heard, epoch);
    }

    @Override
    public void run() {
        RetryPauses pauses = RetryPauses.ofFollower();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                follow(pauses);
                pauses.reset();
            } catch (IOException e) {
                situation.problem(e.getMessage());
                situation.feed("none");
                long pause = pauses.next().toMillis();
                LOG.warn("{}; again in {} ms", e.getMessage(), pause);
                if (isInterruptedIn(pause)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isInterruptedIn(long millis) {
        try {
            Thread.sleep(millis);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Until something doesn't answer. @param pauses begin anew once the repository has answered */
    private void follow(RetryPauses pauses) throws IOException, InterruptedException {
        checkEpoch();
        if (image.equals(savedImage)) {
            carryOut();
        }
        try (EventFeed feed = feeds.open(heard, hint)) {
            Duration wait = AT_ONCE;
            while (!Thread.currentThread().isInterrupted()) {
                Heard came = hear(feed, wait);
                pauses.reset();
                situation.problem(null);
                if (came != Heard.SOME) {
                    carryOut();
                }
                if (came == Heard.NOT_UNDERSTOOD) {
                    awaitOtherEpoch();
                    return;
                }
                wait = image.roots().equals(present) && image.pending().isEmpty() ? WAIT : AT_ONCE;
                if (System.nanoTime() - epochCheckedAt > epochCheck.toNanos() && checkEpoch()) {
                    return;
                }
            }
        }
    }

    private Heard hear(EventFeed feed, Duration wait) throws IOException, InterruptedException {
        EventFeed.Batch batch = feed.poll(wait);
        DeviceBook devices = image.devices();
        for (RecordedEvent event : batch.events()) {
            if (event.position().isAfter(heard)) {
                if (!isApplied(event)) {
                    situation.heard(image, heard, feed.name());
                    return Heard.NOT_UNDERSTOOD;
                }
                heard = event.position();
            }
        }
        if (batch.upTo().isAfter(heard)) {
            heard = batch.upTo();
        }
        hint = feed.hint();
        // Nothing is mounted before the first switch, which tells of everything.
        if (present != null && !image.devices().equals(devices)) {
            listener.granted(image);
        }
        situation.heard(image, heard, feed.name());
        return batch.more() ? Heard.SOME : Heard.EVERYTHING;
    }

    /** @return false if this program doesn't understand the event, which is reported then */
    private boolean isApplied(RecordedEvent recorded) throws IOException {
        try {
            if (codec.decode(recorded) instanceof HostEvent event) {
                evolve(recorded.position(), event);
                if (event instanceof HostEvent.Outcome outcome) {
                    situation.outcome(outcome.request(), event);
                }
            }
            return true;
        } catch (IllegalArgumentException e) {
            park(recorded, e);
            return false;
        }
    }

    /**
     * What an earlier program reported as not understood has failed by that report, though this one understands it: a replay
     * finds the report behind it, and it may not have been delivered yet.
     */
    private void evolve(Position position, HostEvent event) {
        image = image.evolve(position, event).image();
        if (position.equals(reportedAsUnknown)) {
            image = image.evolve(position, notUnderstood(position, "")).image();
        }
    }

    private static InstallationFailed notUnderstood(Position position, String why) {
        return new InstallationFailed(position, List.of(), "replay", "not understood: " + why);
    }

    /** This host's later events wait until a program that understands this one is started. */
    private void park(RecordedEvent recorded, IllegalArgumentException cause) throws IOException {
        Position position = recorded.position();
        String why = recorded.type() + " at position " + position + ": " + cause.getMessage();
        LOG.error("an event that can't be understood stops this host: {}", why, cause);
        situation.parked(why);
        if (!position.equals(reportedAsUnknown)) {
            database.queue(reports.of(List.of(notUnderstood(position, why))), PARKED + epoch, position.toString());
            reportedAsUnknown = position;
            listener.reported();
        }
    }

    private Position reportedAsUnknown() throws IOException {
        return database.fact(PARKED + epoch)
                .filter(fact -> fact.matches("[0-9]{1,18}"))
                .map(fact -> new Position(Long.parseLong(fact)))
                .orElse(Position.NONE);
    }

    /** Events of another epoch may be ones that this program understands. */
    private void awaitOtherEpoch() throws IOException, InterruptedException {
        do {
            Thread.sleep(epochCheck.toMillis());
        } while (!checkEpoch());
    }

    /** What is pending, in order; at the end everything up to {@link #heard} is durable. */
    private void carryOut() throws IOException, InterruptedException {
        if (!image.roots().equals(present)) {
            work.settle(image, heard, situation::working);
            situation.working(null);
            present = image.roots();
            listener.switched(image);
        }
        for (PendingRequest request = image.next(); request != null; request = image.next()) {
            RequestWork.Result result;
            try {
                situation.working(new Progress("fetch", "request " + request.position(), 0, 0, ""));
                result = work.carryOut(request, image, heard, situation::working);
            } finally {
                situation.working(null);
            }
            image = result.image();
            present = image.roots();
            save(List.of(reports.of(List.of(result.outcome()))));
            listener.reported();
            listener.switched(image);
            situation.outcome(request.position(), result.outcome());
            LOG.info("request {}: {}", request.position(), result.outcome());
        }
        save(List.of());
    }

    private void save(List<ReportForm> outcome) throws IOException {
        if (!outcome.isEmpty() || !image.equals(savedImage) || !epoch.equals(savedEpoch)) {
            database.save(new SavedCheckpoint(epoch, heard, hint, ImageText.write(image)), outcome);
        } else if (heard.isAfter(savedPosition)) {
            database.advance(epoch, heard, hint);
        }
        savedImage = image;
        savedEpoch = epoch;
        savedPosition = heard;
        situation.durable(image, heard, epoch);
    }

    /** After a restore of the repository its positions mean other events: begin again. @return whether that is so */
    private boolean checkEpoch() throws IOException {
        epochCheckedAt = System.nanoTime();
        String present = presentEpoch();
        if (present == null || present.equals(epoch)) {
            return false;
        }
        boolean changed = !epoch.isEmpty();
        if (changed) {
            LOG.warn("the repository's epoch changed from {} to {}: replaying from the first event", epoch, present);
            image = HostImage.EMPTY;
            heard = Position.NONE;
            savedPosition = Position.NONE;
            hint = "";
            situation.renewed();
        }
        epoch = present;
        reportedAsUnknown = reportedAsUnknown();
        return changed;
    }

    private @Nullable String presentEpoch() {
        try {
            return repository.status().epoch();
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
