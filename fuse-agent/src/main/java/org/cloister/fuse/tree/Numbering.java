package org.cloister.fuse.tree;

import java.util.HashMap;
import java.util.Map;

/**
 * Inode numbers that are not what they would be in a new session: of shipped nodes after a switch or a reset, and of written
 * nodes whose shipped inode is gone. Immutable.
 *
 * @param shipped by the number of the shipped node
 * @param written by id
 */
public record Numbering(Map<Long, Long> shipped, Map<Long, Long> written) {
    public static final Numbering USUAL = new Numbering(Map.of(), Map.of());

    public Numbering {
        shipped = Map.copyOf(shipped);
        written = Map.copyOf(written);
    }

    static Numbering of(Uppers uppers) {
        Map<Long, Long> written = new HashMap<>();
        uppers.forEach(node -> {
            if (node.lower == null && node.local() != (Uppers.CREATED | node.id())) {
                written.put(node.id(), node.local());
            }
        });
        return new Numbering(uppers.renumbered(), written);
    }

    void applyTo(Uppers uppers, LowerTree lower) {
        shipped.forEach((number, local) -> {
            LowerNode node = lower.node(number);
            if (node != null) {
                uppers.renumber(node, local);
            }
        });
    }
}
