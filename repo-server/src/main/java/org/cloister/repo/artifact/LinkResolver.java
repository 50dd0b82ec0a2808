package org.cloister.repo.artifact;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.ManifestEntry;

/**
 * Where a name really lies, given the symbolic links that the same archive ships and the usr-merge links of the base layer:
 * what a kernel would do inside the root (path_resolution(7)), except that a link leading above the root is refused.
 */
final class LinkResolver {
    /** Linux's limit of links in one path. */
    private static final int MAX_LINKS = 40;

    /** Characters copied for one package: twenty times what the largest needs, about a second. */
    private static final long MAX_WORK = 4_000_000_000L;

    /** Real place of a link → its target as written. */
    private final Map<String, String> links = new HashMap<>();

    private long work;

    void addLink(String place, String target) {
        links.put(place, target);
    }

    boolean isLink(String place) {
        return links.containsKey(place);
    }

    /** The real place of {@code name}, whose last component isn't followed. */
    String place(String name) throws RefusedException {
        int slash = name.lastIndexOf('/');
        return slash < 0
                ? BaseLayer.canonicalPath(name)
                : join(follow(name.substring(0, slash)), name.substring(slash + 1));
    }

    /** The real place of {@code name}, links followed to the end; empty for the root. */
    String follow(String name) throws RefusedException {
        if (links.isEmpty()) {
            return BaseLayer.canonicalPath(name);
        }
        Deque<String> rest = new ArrayDeque<>(List.of(name.split("/")));
        String at = "";
        int followed = 0;
        while (!rest.isEmpty()) {
            checkWork(at, name);
            String component = rest.removeFirst();
            if (component.isEmpty() || component.equals(".")) {
                continue;
            }
            if (component.equals("..")) {
                at = above(at, name);
                continue;
            }
            String next = at.isEmpty() ? BaseLayer.canonicalPath(component) : at + "/" + component;
            String target = links.get(next);
            if (target == null) {
                at = next;
                continue;
            }
            if (++followed > MAX_LINKS) {
                throw new RefusedException(Refusal.BELOW_NO_DIRECTORY, "links in a circle: " + name);
            }
            pushFront(rest, target);
            at = target.startsWith("/") ? "" : at;
        }
        return at;
    }

    private void checkWork(String at, String name) throws RefusedException {
        work += at.length() + 1;
        if (at.length() > ManifestEntry.MAX_PATH_BYTES || work > MAX_WORK) {
            throw new RefusedException(Refusal.BAD_NAME, "symbolic links make this name too long: " + name);
        }
    }

    private static void pushFront(Deque<String> rest, String target) {
        String[] components = target.split("/");
        for (int i = components.length - 1; i >= 0; i--) {
            rest.addFirst(components[i]);
        }
    }

    private static String above(String at, String name) throws RefusedException {
        if (at.isEmpty()) {
            throw new RefusedException(
                    Refusal.LEAVES_ROOT, "below a symbolic link that leads out of the root: " + name);
        }
        int slash = at.lastIndexOf('/');
        return slash < 0 ? "" : at.substring(0, slash);
    }

    private static String join(String parent, String name) {
        return parent.isEmpty() ? BaseLayer.canonicalPath(name) : parent + "/" + name;
    }
}
