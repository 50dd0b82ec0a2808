package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.Position;
import org.cloister.events.layer.InventoryVerdict;

/**
 * What a comparison of the disk with the record came to.
 *
 * @param asOf up to which position the host's events had been carried out
 * @param differences as this machine sees them, by path
 * @param more how many findings there are beyond these
 */
public record DriftCheck(InventoryVerdict verdict, Position asOf, List<Difference> differences, long more) {
    public DriftCheck {
        differences = List.copyOf(differences);
    }
}
