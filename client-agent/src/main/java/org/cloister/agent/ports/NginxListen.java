package org.cloister.agent.ports;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.agent.root.RootView;
import org.cloister.events.Port;

/** {@code listen} of nginx (ngx_http_core_module, "listen") in the files that Debian's {@code nginx.conf} includes. */
final class NginxListen {
    static final String FILE = "etc/nginx/nginx.conf";
    private static final Pattern COMMENT = Pattern.compile("(?m)#.*$");
    private static final Pattern LISTEN = Pattern.compile("(?:^|[;{}\\s])listen\\s+([^;{}]+);");

    private NginxListen() {}

    static Set<Port> ports(RootView root) throws IOException {
        Set<Port> ports = new TreeSet<>();
        if (root.text(FILE).isEmpty()) {
            return ports;
        }
        add(ports, root.text(FILE).orElse(""));
        for (String directory : new String[] {"etc/nginx/conf.d", "etc/nginx/sites-enabled"}) {
            for (String path : root.entries(directory)) {
                if (directory.endsWith("sites-enabled") || path.endsWith(".conf")) {
                    add(ports, root.text(path).orElse(""));
                }
            }
        }
        return ports;
    }

    private static void add(Set<Port> ports, String text) {
        Matcher listen = LISTEN.matcher(COMMENT.matcher(text).replaceAll(""));
        while (listen.find()) {
            String[] words = listen.group(1).strip().split("\\s+");
            boolean udp = java.util.List.of(words).contains("udp")
                    || java.util.List.of(words).contains("quic");
            ListenWords.port(words[0]).map(udp ? Port::udp : Port::tcp).ifPresent(ports::add);
        }
    }
}
