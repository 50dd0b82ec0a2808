package org.cloister.agent.service;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.ServiceName;

/**
 * What {@code %n} and the like stand for (systemd.unit(5), "Specifiers"), as for a unit of the system.
 *
 * @param values by letter
 */
public record Specifiers(Map<Character, String> values) {
    private static final int HEX = 16;

    public Specifiers {
        values = Map.copyOf(values);
    }

    /**
     * @param user whom the service runs as
     * @param home of the user
     * @param host the host's name, or that of the package's root
     */
    public static Specifiers of(ServiceName name, String user, String home, String host) {
        String prefix = name.prefix();
        Map<Character, String> values = new TreeMap<>();
        values.put('n', name.unit());
        values.put('N', name.text());
        values.put('p', prefix);
        values.put('P', unescaped(prefix));
        values.put('i', name.instance());
        values.put('I', unescaped(name.instance()));
        values.put('j', prefix.substring(prefix.lastIndexOf('-') + 1));
        values.put('J', unescaped(prefix.substring(prefix.lastIndexOf('-') + 1)));
        values.put('f', "/" + unescaped(name.instance().isEmpty() ? prefix : name.instance()));
        values.put('t', "/run");
        values.put('S', "/var/lib");
        values.put('C', "/var/cache");
        values.put('L', "/var/log");
        values.put('E', "/etc");
        values.put('T', "/tmp");
        values.put('V', "/var/tmp");
        values.put('u', user);
        values.put('U', user.equals("root") ? "0" : "");
        values.put('g', user);
        values.put('h', home);
        values.put('s', "/bin/sh");
        values.put('H', host);
        values.put('q', host);
        int dot = host.indexOf('.');
        values.put('l', dot < 0 ? host : host.substring(0, dot));
        values.put('%', "%");
        values.values().removeIf(String::isEmpty);
        values.putIfAbsent('i', "");
        values.putIfAbsent('I', "");
        return new Specifiers(values);
    }

    /** @throws IllegalArgumentException if there is one that this program doesn't know */
    String expand(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder expanded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A lone one at the end stands for itself, as in systemd.
            if (c != '%' || i + 1 == text.length()) {
                expanded.append(c);
                continue;
            }
            i++;
            String value = values.get(text.charAt(i));
            if (value == null) {
                throw new IllegalArgumentException("%" + text.charAt(i) + " isn't known here");
            }
            expanded.append(value);
        }
        return expanded.toString();
    }

    /** systemd-escape(1), undone. */
    static String unescaped(String name) {
        byte[] bytes = new byte[name.length() * 3];
        int length = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && name.startsWith("\\x", i) && i + 3 < name.length() && isHex(name, i + 2)) {
                bytes[length++] = (byte) Integer.parseInt(name.substring(i + 2, i + 4), HEX);
                i += 3;
            } else {
                bytes[length++] = (byte) (c == '-' ? '/' : c);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isHex(String text, int at) {
        return Character.digit(text.charAt(at), HEX) >= 0 && Character.digit(text.charAt(at + 1), HEX) >= 0;
    }
}
