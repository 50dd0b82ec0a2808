package org.cloister.agent.ports;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.cloister.agent.root.RootView;
import org.cloister.events.Port;

/**
 * {@code Listen} of the Apache HTTP server (mpm_common, "Listen Directive") in Debian's {@code ports.conf}. A block
 * {@code <IfModule x>} counts where the module is enabled; one of another kind, that isn't known here, counts.
 */
final class ApacheListen {
    static final String FILE = "etc/apache2/ports.conf";
    private static final String MODULES = "etc/apache2/mods-enabled";
    private static final Pattern BLANK = Pattern.compile("\\s+");

    private ApacheListen() {}

    static Set<Port> ports(RootView root) throws IOException {
        Set<Port> ports = new TreeSet<>();
        String text = root.text(FILE).orElse("");
        Set<String> enabled = new TreeSet<>();
        for (String path : root.entries(MODULES)) {
            enabled.add(path.substring(path.lastIndexOf('/') + 1));
        }
        Deque<Boolean> blocks = new ArrayDeque<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("</")) {
                blocks.poll();
            } else if (line.startsWith("<")) {
                blocks.push(isTrue(line, enabled));
            } else if (!blocks.contains(false)) {
                listen(line, ports);
            }
        }
        return ports;
    }

    private static void listen(String line, Set<Port> ports) {
        String[] words = BLANK.split(line);
        if (words.length > 1 && words[0].equalsIgnoreCase("Listen")) {
            ListenWords.port(words[1]).map(Port::tcp).ifPresent(ports::add);
        }
    }

    /** {@code <IfModule ssl_module>}, {@code <IfModule mod_ssl.c>}, {@code <IfModule !mod_ssl.c>}. */
    private static boolean isTrue(String line, Set<String> enabled) {
        String[] words = BLANK.split(line.substring(1).replace(">", "").strip());
        if (words.length < 2 || !words[0].equalsIgnoreCase("IfModule")) {
            return true;
        }
        boolean negated = words[1].startsWith("!");
        String name = words[1].substring(negated ? 1 : 0)
                .replaceFirst("^mod_(.*)\\.c$", "$1")
                .replaceFirst("_module$", "");
        return enabled.contains(name + ".load") != negated;
    }
}
