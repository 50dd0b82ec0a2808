package org.cloister.agent.media;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.DeviceKind;

/**
 * What a root's {@code /media} has: a disc at {@code cdrom} ({@code cdrom1} and so on for more), with a link {@code cdrom0} as Debian's installer makes
 * it (hier(7)), and a link named after the disc; everything else under its label, or its node where it has none.
 */
final class MediaTree {
    /** A file system's own limit is lower; a name has 255 bytes. */
    private static final int MAX_NAME = 60;

    private static final String DISC = "cdrom";

    private MediaTree() {}

    sealed interface Place permits Mounted, Link {}

    record Mounted(Medium medium) implements Place {}

    record Link(String target) implements Place {}

    /** By name. The order of {@code media} says who is first; a name that is taken gets a number. */
    static SortedMap<String, Place> of(List<Medium> media) {
        SortedMap<String, Place> places = new TreeMap<>();
        List<Medium> discs = media.stream()
                .filter(medium -> medium.kind() == DeviceKind.OPTICAL)
                .toList();
        for (int i = 0; i < discs.size(); i++) {
            places.put(i == 0 ? DISC : DISC + i, new Mounted(discs.get(i)));
        }
        if (!discs.isEmpty()) {
            places.put(DISC + "0", new Link(DISC));
        }
        for (int i = 0; i < discs.size(); i++) {
            String label = name(discs.get(i).label());
            if (!label.isEmpty()) {
                places.put(free(places, label), new Link(i == 0 ? DISC : DISC + i));
            }
        }
        for (Medium medium : media) {
            if (medium.kind() != DeviceKind.OPTICAL) {
                String label = name(medium.label());
                String name = label.isEmpty() ? name(medium.node().path()) : label;
                places.put(free(places, name), new Mounted(medium));
            }
        }
        return places;
    }

    private static String free(SortedMap<String, Place> places, String name) {
        String free = name;
        for (int more = 1; places.containsKey(free); more++) {
            free = name + more;
        }
        return free;
    }

    /** A label as one name of a directory that no program takes for an option, a hidden file or a path; empty if nothing is left. */
    private static String name(String label) {
        StringBuilder name = new StringBuilder();
        label.strip()
                .codePoints()
                .limit(MAX_NAME)
                .map(c -> Character.isLetterOrDigit(c) || " ._+".indexOf(c) >= 0 || (c == '-' && !name.isEmpty())
                        ? c
                        : '_')
                .forEach(name::appendCodePoint);
        if (!name.isEmpty() && name.charAt(0) == '.') {
            name.setCharAt(0, '_');
        }
        return name.toString().strip();
    }
}
