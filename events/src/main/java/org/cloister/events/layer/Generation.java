package org.cloister.events.layer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.RootName;

/**
 * The complete set of roots of a host at a position ({@code docs/protocol.md}, "Generation"). Equal sets have equal digests,
 * whatever their position.
 *
 * @param roots sorted by name
 */
public record Generation(Position position, List<Root> roots) {
    private static final String HEADER = "cloister-generation 1";
    private static final LayerId BASE = BaseLayer.manifest().id();

    /** One root: its layers, the lowest first. */
    public record Root(RootName name, List<LayerId> layers) {
        public Root {
            layers = List.copyOf(layers);
        }

        /** The base layer, the closure's layers in configuration order, the configured layer. */
        public static Root of(RootName name, Closure closure, LayerId configured) {
            List<LayerId> layers = new ArrayList<>(below(closure));
            layers.add(configured);
            return new Root(name, layers);
        }

        /** What lies below the configured layer, the lowest first. */
        public static List<LayerId> below(Closure closure) {
            List<LayerId> layers = new ArrayList<>(closure.packages().size() + 1);
            layers.add(BASE);
            closure.packages().forEach(member -> layers.add(member.layer()));
            return layers;
        }
    }

    /** Sorts the roots. @throws IllegalArgumentException if a name occurs twice */
    public Generation {
        List<Root> sorted = new ArrayList<>(roots);
        sorted.sort((a, b) -> a.name().compareTo(b.name()));
        Set<RootName> names = new HashSet<>();
        for (Root root : sorted) {
            if (!names.add(root.name())) {
                throw new IllegalArgumentException("twice in one generation: " + root.name());
            }
        }
        roots = List.copyOf(sorted);
    }

    public static Generation empty() {
        return new Generation(Position.NONE, List.of());
    }

    /** Covers everything but the position. */
    public Digest digest() {
        return Digest.ofText(HEADER + '\n' + lines(roots));
    }

    public String text() {
        return HEADER + "\nposition " + position + '\n' + lines(roots);
    }

    static String lines(List<Root> roots) {
        StringBuilder text = new StringBuilder();
        for (Root root : roots) {
            text.append("root ").append(root.name()).append('\n');
            root.layers().forEach(layer -> text.append("layer ").append(layer).append('\n'));
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException if {@code text} isn't a generation of version 1 */
    public static Generation parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals(HEADER) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("not a generation of version 1, or cut");
        }
        Position position = new Position(Long.parseLong(value(lines.get(1), "position ")));
        return new Generation(position, roots(lines.subList(2, lines.size())));
    }

    static List<Root> roots(List<String> lines) {
        List<Root> roots = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            RootName name = new RootName(value(lines.get(i), "root "));
            List<LayerId> layers = new ArrayList<>();
            for (i++; i < lines.size() && lines.get(i).startsWith("layer "); i++) {
                layers.add(LayerId.parse(value(lines.get(i), "layer ")));
            }
            roots.add(new Root(name, layers));
        }
        return roots;
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key)) {
            throw new IllegalArgumentException("expected " + key.strip() + ", found: " + line);
        }
        return line.substring(key.length());
    }
}
