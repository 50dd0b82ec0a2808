package org.cloister.agent.service;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.ServiceName;

/** A script of {@code /etc/init.d} as a service, as systemd-sysv-generator(8) does it from its header (Linux Standard Base 5.0, 22.3). */
public final class InitScript {
    private static final String BEGIN = "### BEGIN INIT INFO";
    private static final String END = "### END INIT INFO";
    private static final Pattern FIELD = Pattern.compile("#\\s*([A-Za-z-]+):\\s*(.*)");
    private static final int MAX_LINES = 200;

    private InitScript() {}

    /** Empty if the script has no header: it isn't made to be a service. */
    public static Optional<ServiceUnit> parse(ServiceName name, String text, Specifiers specifiers) {
        Map<String, String> fields = new HashMap<>();
        boolean inside = false;
        boolean complete = false;
        for (String line : text.lines().limit(MAX_LINES).toList()) {
            if (line.strip().equals(BEGIN)) {
                inside = true;
            } else if (line.strip().equals(END)) {
                complete = inside;
                break;
            } else if (inside) {
                Matcher field = FIELD.matcher(line);
                if (field.matches()) {
                    fields.put(
                            field.group(1).toLowerCase(Locale.ROOT),
                            field.group(2).strip());
                }
            }
        }
        if (!complete) {
            return Optional.empty();
        }
        String path = "/etc/init.d/" + name.text();
        String required = fields.getOrDefault("required-start", "");
        String wanted = fields.getOrDefault("should-start", "");
        String unit = "[Unit]\nDescription=" + fields.getOrDefault("short-description", name.text()) + "\n"
                + relation("After", required) + relation("Requires", required)
                + relation("After", wanted) + relation("Wants", wanted)
                + relation("Before", fields.getOrDefault("x-start-before", ""))
                + "[Service]\nType=forking\nGuessMainPID=no\nRestart=no\nTimeoutSec=5min\nIgnoreSIGPIPE=no\n"
                + "KillMode=process\nSuccessExitStatus=5 6\n"
                + "ExecStart=" + path + " start\nExecStop=" + path + " stop\n"
                + (has(text, "reload") ? "ExecReload=" + path + " reload\n" : "")
                + "[Install]\nWantedBy=multi-user.target\n";
        ServiceUnit parsed = UnitReader.read(name, UnitFile.parse(unit), specifiers);
        return Optional.of(new ServiceUnit(
                name,
                parsed.description(),
                true,
                parsed.commands(),
                parsed.lifecycle(),
                parsed.kill(),
                parsed.execution(),
                parsed.relations(),
                parsed.notes()));
    }

    private static boolean has(String text, String action) {
        return Pattern.compile("(?m)^\\s*([a-z|-]*\\|)?\\s*" + action + "\\s*(\\|[a-z|-]*)?\\)")
                .matcher(text)
                .find();
    }

    /** Facilities of the system ({@code $network}) are there. */
    private static String relation(String key, String names) {
        Set<String> units = new HashSet<>();
        for (String word : List.of(names.split("\\s+"))) {
            if (!word.isEmpty() && !word.startsWith("$") && !word.startsWith("+")) {
                units.add(word + ".service");
            }
        }
        return units.isEmpty() ? "" : key + "=" + String.join(" ", units) + "\n";
    }
}
