package org.cloister.repo.console.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.events.StreamId;
import org.cloister.repo.decide.DistributionSnapshot;

/**
 * A distribution as it is.
 *
 * @param follows what changes it by itself; "held" after a promotion or a rollback
 * @param position of the event since which it has what it has
 */
public record DistributionRow(
        DistributionName name,
        String suite,
        String components,
        String architectures,
        String follows,
        boolean held,
        int packages,
        Position position,
        When changed,
        String by) {

    public static DistributionRow of(DistributionSnapshot now, int packages, Instant time) {
        DistributionDefined definition = now.definition();
        List<String> follows = new ArrayList<>();
        definition.mirrors().forEach(mirror -> follows.add("mirror " + mirror));
        if (definition.uploads()) {
            follows.add("uploads");
        }
        return new DistributionRow(
                definition.name(),
                definition.release().suite(),
                String.join(" ", definition.components()),
                String.join(
                        " ",
                        definition.architectures().stream()
                                .map(architecture -> architecture.text())
                                .toList()),
                follows.isEmpty() ? "nothing" : String.join(", ", follows),
                now.held(),
                packages,
                now.at().position(),
                When.of(now.at().at(), time),
                now.at().by().text());
    }

    public String href() {
        return href(name);
    }

    public static String href(DistributionName name) {
        return Links.ROOT + "/distributions/" + Links.encoded(name.text());
    }

    public String eventsHref() {
        return Links.events(new StreamId(StreamId.Kind.DISTRIBUTION, name.text()));
    }
}
