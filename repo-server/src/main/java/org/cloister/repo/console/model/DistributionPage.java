package org.cloister.repo.console.model;

import java.time.Instant;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.repo.decide.DistributionSnapshot;

/**
 * One distribution with its past.
 *
 * @param states newest first
 * @param names of all distributions
 */
public record DistributionPage(DistributionRow now, List<State> states, List<String> names) {
    /** States of one page. */
    public static final int STATES = 50;

    /** What it was since an event. */
    public record State(Position position, When since, String by) {
        public static State of(DistributionSnapshot snapshot, Instant time) {
            return new State(
                    snapshot.at().position(),
                    When.of(snapshot.at().at(), time),
                    snapshot.at().by().text());
        }
    }

    /** Into which this one can be promoted. */
    public List<String> others() {
        return names.stream().filter(name -> !name.equals(now.name().text())).toList();
    }

    /** The state beside the one before it. */
    public String changesHref(int index) {
        return now.href() + "/compare?at=" + states.get(index + 1).position() + "&with=" + now.name() + "&withAt="
                + states.get(index).position();
    }
}
