package org.cloister.agent.control;

import java.util.List;
import java.util.Locale;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.Position;

/**
 * What a comparison of the disk with the record came to.
 *
 * @param asOf up to which position the host's events had been carried out
 * @param differences as this machine sees them, by path
 * @param more how many findings there are beyond these
 */
public record DriftCheck(Verdict verdict, Position asOf, List<Difference> differences, long more) {
    /** The repository's, in the words of {@code openapi.yaml}. */
    public enum Verdict {
        AGREES,
        DIFFERS,
        UNEXPLAINED,
        OUTDATED;

        /** @throws IllegalArgumentException if there is no such verdict */
        public static Verdict of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    public DriftCheck {
        differences = List.copyOf(differences);
    }
}
