package org.cloister.events;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which ports a host leases to those who come too late for the one they want, and which it keeps for whom.
 *
 * @param first the range from which later ones get theirs, both ends included
 * @param pins each port of the host and each port of a root once
 */
public record PortPolicy(int first, int last, List<Pin> pins) {
    /** Pins in one policy. */
    public static final int MAX_PINS = 1_000;

    /** Above what Debian's services want and below the ephemeral ports of Linux, which start at 32768 (ip(7)). */
    public static final PortPolicy DEFAULT = new PortPolicy(20_000, 29_999, List.of());

    /**
     * A port of the host that is for one root's port only.
     *
     * @param inside what the root's package binds
     * @param outside the host's port, of the same protocol
     */
    public record Pin(RootName root, Port inside, Port outside) {
        public Pin {
            if (inside.protocol() != outside.protocol()) {
                throw new IllegalArgumentException(inside + " can't be reached at " + outside);
            }
        }
    }

    public PortPolicy {
        pins = List.copyOf(pins);
        if (first < 1 || last > Port.MAX || first > last) {
            throw new IllegalArgumentException("not a range of ports: " + first + "-" + last);
        }
        if (pins.size() > MAX_PINS) {
            throw new IllegalArgumentException(pins.size() + " pins; " + MAX_PINS + " are the limit");
        }
        Set<Port> outside = new HashSet<>();
        Map<RootName, Set<Port>> inside = new HashMap<>();
        for (Pin pin : pins) {
            if (!outside.add(pin.outside())
                    || !inside.computeIfAbsent(pin.root(), root -> new HashSet<>())
                            .add(pin.inside())) {
                throw new IllegalArgumentException("pinned twice: " + pin);
            }
        }
    }

    /** The port of the host that is kept for this one, or null. */
    public @Nullable Port pinned(RootName root, Port inside) {
        return pins.stream()
                .filter(pin -> pin.root().equals(root) && pin.inside().equals(inside))
                .map(Pin::outside)
                .findFirst()
                .orElse(null);
    }

    /** For whom the host's port is kept, or null. */
    public @Nullable Pin pinOf(Port outside) {
        return pins.stream()
                .filter(pin -> pin.outside().equals(outside))
                .findFirst()
                .orElse(null);
    }
}
