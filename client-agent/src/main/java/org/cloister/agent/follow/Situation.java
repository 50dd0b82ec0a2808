package org.cloister.agent.follow;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.control.Progress;
import org.cloister.agent.image.HostImage;
import org.cloister.events.HostEvent;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/** Where the agent is: written by its one follower, read and waited for by anyone. */
public final class Situation {
    /** The feed's name before the first answer. */
    public static final String CONNECTING = "connecting";

    /** Outcomes that someone may still ask for. */
    private static final int MAX_OUTCOMES = 1_000;

    private static final long LOOK_MILLIS = 100;

    private final Map<Position, HostEvent> outcomes = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Position, HostEvent> eldest) {
            return size() > MAX_OUTCOMES;
        }
    };

    private volatile HostImage image = HostImage.EMPTY;
    private volatile Position heard = Position.NONE;
    private volatile Position position = Position.NONE;
    private volatile String epoch = "";
    private volatile String feed = CONNECTING;
    private volatile @Nullable Progress working;
    private volatile @Nullable String parked;
    private volatile @Nullable String problem;

    public HostImage image() {
        return image;
    }

    /** Up to which events have arrived. */
    public Position heard() {
        return heard;
    }

    /** Up to which everything is carried out and durable. */
    public Position position() {
        return position;
    }

    public String epoch() {
        return epoch;
    }

    public String feed() {
        return feed;
    }

    public @Nullable Progress working() {
        return working;
    }

    public @Nullable String parked() {
        return parked;
    }

    /** What keeps the follower from going on, or null. */
    public @Nullable String problem() {
        return problem;
    }

    /** The outcome of a request, if it is known and not too old. */
    public synchronized @Nullable HostEvent outcome(Position request) {
        return outcomes.get(request);
    }

    /** Returns early when anything changes. */
    public synchronized void awaitChange(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, millis));
    }

    /** Waits until events have arrived up to {@code recorded}. @return false when {@code limit} is over */
    public boolean awaitHeard(Position recorded, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (recorded.isAfter(heard)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            awaitChange(Math.min(TimeUnit.NANOSECONDS.toMillis(left), LOOK_MILLIS));
        }
        return true;
    }

    synchronized void heard(HostImage newImage, Position upTo, String feedName) {
        image = newImage;
        heard = upTo;
        feed = feedName;
        notifyAll();
    }

    synchronized void durable(HostImage newImage, Position upTo, String ofEpoch) {
        image = newImage;
        position = upTo;
        epoch = ofEpoch;
        notifyAll();
    }

    synchronized void outcome(Position request, HostEvent event) {
        outcomes.put(request, event);
        notifyAll();
    }

    /** The log begins anew: what its positions meant is forgotten. */
    synchronized void renewed() {
        outcomes.clear();
        parked = null;
        notifyAll();
    }

    synchronized void working(@Nullable Progress progress) {
        working = progress;
        notifyAll();
    }

    synchronized void parked(String why) {
        parked = why;
        notifyAll();
    }

    synchronized void problem(@Nullable String what) {
        problem = what;
        notifyAll();
    }

    synchronized void feed(String name) {
        feed = name;
        notifyAll();
    }
}
