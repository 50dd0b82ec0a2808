package org.cloister.agent.service;

import static org.cloister.agent.service.UnitValues.SERVICE;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.cloister.agent.service.ServiceUnit.EnvironmentFile;
import org.cloister.agent.service.ServiceUnit.Execution;
import org.cloister.agent.service.ServiceUnit.OwnDirectory;

/** In what its programs run (systemd.exec(5)): user, environment, directories, limits, streams. */
final class ExecutionReader {
    private static final int MAX_NICE = 19;
    private static final int MIN_NICE = -20;
    private static final String DEFAULT_MODE = "0755";
    private static final Pattern OCTAL = Pattern.compile("[0-7]{1,4}");
    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,30}\\$?|[0-9]{1,10}");
    private static final Pattern CAPABILITY = Pattern.compile("CAP_[A-Z_]{1,40}");
    /** Directive, where it is, the variable that names it, and whether it goes when the service is down. */
    private static final List<DirectoryKind> DIRECTORIES = List.of(
            new DirectoryKind("RuntimeDirectory", "/run/", "RUNTIME_DIRECTORY", true),
            new DirectoryKind("StateDirectory", "/var/lib/", "STATE_DIRECTORY", false),
            new DirectoryKind("CacheDirectory", "/var/cache/", "CACHE_DIRECTORY", false),
            new DirectoryKind("LogsDirectory", "/var/log/", "LOGS_DIRECTORY", false),
            new DirectoryKind("ConfigurationDirectory", "/etc/", OwnDirectory.CONFIGURATION, false));

    private record DirectoryKind(String key, String above, String variable, boolean temporary) {}

    private final UnitValues values;

    ExecutionReader(UnitValues values) {
        this.values = values;
    }

    Execution execution() {
        Optional<String> user = values.text(SERVICE, "User").flatMap(name -> matching(USER, "User", name));
        List<String> groups = new ArrayList<>();
        values.all(SERVICE, "SupplementaryGroups")
                .forEach(value -> List.of(value.split("\\s+"))
                        .forEach(name ->
                                matching(USER, "SupplementaryGroups", name).ifPresent(groups::add)));
        List<OwnDirectory> directories = directories();
        Optional<String> directory = values.text(SERVICE, "WorkingDirectory");
        boolean optional = directory.isPresent() && directory.get().startsWith("-");
        return new Execution(
                user.filter(name -> !name.equals("root") && !name.equals("0")),
                values.text(SERVICE, "Group").flatMap(name -> matching(USER, "Group", name)),
                groups,
                environment(directories),
                unset(),
                environmentFiles(),
                directory.map(path -> optional ? path.substring(1) : path),
                optional,
                directories,
                values.value(SERVICE, "UMask", "0022", value -> octal("UMask", value)),
                values.value(SERVICE, "Nice", 0, ExecutionReader::nice),
                !values.flag("IgnoreSIGPIPE", true),
                limits(),
                ambient(),
                values.text(SERVICE, "StandardInput").flatMap(where -> stream("StandardInput", where)),
                values.text(SERVICE, "StandardOutput").flatMap(where -> stream("StandardOutput", where)),
                values.text(SERVICE, "StandardError").flatMap(where -> stream("StandardError", where)));
    }

    private Optional<String> matching(Pattern pattern, String key, String value) {
        if (pattern.matcher(value).matches()) {
            return Optional.of(value);
        }
        values.note(key + "=" + value + " is no name and is left out");
        return Optional.empty();
    }

    private static String octal(String key, String value) {
        if (!OCTAL.matcher(value).matches()) {
            throw new IllegalArgumentException(key + "=" + value + " isn't octal");
        }
        return value;
    }

    private static int nice(String value) {
        int nice = Integer.parseInt(value);
        if (nice < MIN_NICE || nice > MAX_NICE) {
            throw new IllegalArgumentException("there is no such priority");
        }
        return nice;
    }

    private List<OwnDirectory> directories() {
        List<OwnDirectory> directories = new ArrayList<>();
        for (DirectoryKind kind : DIRECTORIES) {
            String mode = values.value(
                    SERVICE, kind.key() + "Mode", DEFAULT_MODE, value -> octal(kind.key() + "Mode", value));
            boolean temporary = kind.temporary()
                    && !values.value(SERVICE, "RuntimeDirectoryPreserve", "no", value -> value)
                            .matches("yes|true|1|on|restart");
            for (String value : values.all(SERVICE, kind.key())) {
                for (String word :
                        values.attempt(kind.key(), value, Words::split).orElse(List.of())) {
                    String path = values.attempt(kind.key(), word.split(":", 2)[0], values::expand)
                            .orElse("");
                    if (path.isEmpty()
                            || path.startsWith("/")
                            || List.of(path.split("/")).contains("..")) {
                        values.note(kind.key() + "=" + word + " is no path below " + kind.above() + " and is left out");
                    } else {
                        directories.add(new OwnDirectory(kind.variable(), kind.above() + path, mode, temporary));
                    }
                }
            }
        }
        return directories;
    }

    private Map<String, String> environment(List<OwnDirectory> directories) {
        Map<String, String> environment = new LinkedHashMap<>();
        directories.forEach(own -> environment.merge(own.variable(), own.path(), (a, b) -> a + ":" + b));
        for (String value : values.all(SERVICE, "Environment")) {
            List<String> words = new ArrayList<>();
            for (String word :
                    values.attempt("Environment", value, Words::split).orElse(List.of())) {
                values.attempt("Environment", word, values::expand).ifPresent(words::add);
            }
            environment.putAll(EnvironmentText.assignments(words));
        }
        return environment;
    }

    private Set<String> unset() {
        Set<String> unset = new LinkedHashSet<>();
        values.all(SERVICE, "UnsetEnvironment").forEach(value -> unset.addAll(List.of(value.split("\\s+"))));
        return unset;
    }

    private List<EnvironmentFile> environmentFiles() {
        List<EnvironmentFile> files = new ArrayList<>();
        for (String value : values.all(SERVICE, "EnvironmentFile")) {
            values.attempt("EnvironmentFile", value, values::expand).ifPresent(path -> {
                boolean optional = path.startsWith("-");
                String plain = optional ? path.substring(1) : path;
                if (plain.startsWith("/") && plain.indexOf('*') < 0) {
                    files.add(new EnvironmentFile(plain, optional));
                } else {
                    values.note("EnvironmentFile=" + path + " is no absolute path of one file and isn't read");
                }
            });
        }
        return files;
    }

    private List<String> limits() {
        List<String> limits = new ArrayList<>();
        for (UnitFile.Assignment assignment : values.assignments()) {
            String option = Directives.limit(assignment.key());
            if (assignment.section().equals(SERVICE) && option != null) {
                values.attempt(
                                assignment.key(),
                                assignment.value(),
                                value -> option + "=" + limitOf(assignment.key(), value))
                        .ifPresent(limits::add);
            }
        }
        return limits;
    }

    private static String limitOf(String key, String value) {
        List<String> parts = new ArrayList<>();
        for (String part : value.split(":", 2)) {
            parts.add(part.equals("infinity") ? "unlimited" : Long.toString(Directives.amount(key, part)));
        }
        return parts.size() == 1 ? parts.get(0) + ":" + parts.get(0) : String.join(":", parts);
    }

    private List<String> ambient() {
        List<String> ambient = new ArrayList<>();
        for (String value : values.all(SERVICE, "AmbientCapabilities")) {
            for (String name : value.split("\\s+")) {
                if (CAPABILITY.matcher(name).matches()) {
                    ambient.add("+" + name.substring("CAP_".length()).toLowerCase(Locale.ROOT));
                } else {
                    values.note("AmbientCapabilities=" + name + " is no capability and is left out");
                }
            }
        }
        return ambient;
    }

    /** The path of a stream that doesn't go to the log. */
    private Optional<String> stream(String key, String where) {
        if (where.equals("null")) {
            return Optional.of("/dev/null");
        }
        for (String kind : List.of("file:", "append:", "truncate:")) {
            if (where.startsWith(kind + "/")) {
                if (kind.equals("truncate:")) {
                    values.note(key + "=" + where + " is written at the end of the file");
                }
                return Optional.of(where.substring(kind.length()));
            }
        }
        Set<String> toLog = new TreeSet<>(
                List.of("inherit", "journal", "syslog", "kmsg", "journal+console", "syslog+console", "kmsg+console"));
        if (!toLog.contains(where)) {
            values.note(key + "=" + where + " has no effect here");
        }
        return Optional.empty();
    }
}
