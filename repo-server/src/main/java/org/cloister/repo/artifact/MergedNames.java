package org.cloister.repo.artifact;

import java.util.ArrayDeque;
import java.util.Deque;
import org.cloister.events.layer.BaseLayer;

/** What usr-merge makes of links that packages ship to bridge the two trees ({@code /bin/x} to {@code /usr/bin/x}). */
final class MergedNames {
    private MergedNames() {}

    /**
     * Whether the link, once both ends are merged, would lead to itself; then what it stood for is already so. {@code /bin} to
     * {@code usr/bin} is such a link too.
     */
    static boolean isLinkToItself(String name, String target) {
        String led = lexical(name, target);
        return !led.equals(name) && BaseLayer.canonicalPath(led).equals(BaseLayer.canonicalPath(name));
    }

    /** The target as a name from the root, links not followed. */
    private static String lexical(String name, String target) {
        Deque<String> components = new ArrayDeque<>();
        int slash = name.lastIndexOf('/');
        String from = target.startsWith("/") || slash < 0 ? "" : name.substring(0, slash);
        for (String component : (from + "/" + target).split("/")) {
            if (component.equals("..")) {
                components.pollLast();
            } else if (!component.isEmpty() && !component.equals(".")) {
                components.addLast(component);
            }
        }
        return String.join("/", components);
    }
}
