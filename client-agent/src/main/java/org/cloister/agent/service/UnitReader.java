package org.cloister.agent.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.cloister.agent.service.ServiceUnit.Commands;
import org.cloister.agent.service.ServiceUnit.EnvironmentFile;
import org.cloister.agent.service.ServiceUnit.Execution;
import org.cloister.agent.service.ServiceUnit.Kill;
import org.cloister.agent.service.ServiceUnit.KillMode;
import org.cloister.agent.service.ServiceUnit.Lifecycle;
import org.cloister.agent.service.ServiceUnit.Notes;
import org.cloister.agent.service.ServiceUnit.OwnDirectory;
import org.cloister.agent.service.ServiceUnit.Relations;
import org.cloister.agent.service.ServiceUnit.Restart;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.ServiceName;

/** Makes a service of a unit file. Never fails: what isn't understood is noted and left at its default, as systemd does it. */
public final class UnitReader {
    private static final String SERVICE = "Service";
    private static final String UNIT = "Unit";
    private static final String INSTALL = "Install";
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(90);
    private static final Duration DEFAULT_RESTART = Duration.ofMillis(100);
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
    private static final int DEFAULT_BURST = 5;
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

    private final UnitFile file;
    private final Specifiers specifiers;
    private final Set<String> problems = new LinkedHashSet<>();

    private UnitReader(UnitFile file, Specifiers specifiers) {
        this.file = file;
        this.specifiers = specifiers;
    }

    public static ServiceUnit read(ServiceName name, UnitFile file, Specifiers specifiers) {
        return new UnitReader(file, specifiers).unit(name);
    }

    private ServiceUnit unit(ServiceName name) {
        problems.addAll(file.problems());
        Commands commands = new Commands(
                commands("ExecCondition"),
                commands("ExecStartPre"),
                commands("ExecStart"),
                commands("ExecStartPost"),
                commands("ExecReload"),
                commands("ExecStop"),
                commands("ExecStopPost"));
        Lifecycle lifecycle = lifecycle(commands);
        if (commands.start().isEmpty() && lifecycle.type() != Type.ONESHOT) {
            problems.add("ExecStart= names no program: it can't be started");
        } else if (commands.start().size() > 1 && lifecycle.type() != Type.ONESHOT) {
            problems.add("ExecStart= names several programs, which only Type=oneshot may: the first is started");
        }
        return new ServiceUnit(
                name,
                text(UNIT, "Description").orElse(name.text()),
                false,
                commands,
                lifecycle,
                kill(),
                execution(),
                relations(),
                notes());
    }

    private Notes notes() {
        Set<String> hardening = new LinkedHashSet<>();
        for (UnitFile.Assignment assignment : file.assignments()) {
            String key = assignment.key();
            switch (Directives.meaning(assignment.section(), key)) {
                case KNOWN, HARMLESS -> {
                    // Nothing to tell.
                }
                case HARDENING -> {
                    if (!assignment.value().isEmpty()) {
                        hardening.add(key);
                    }
                }
                case UNSUPPORTED -> problems.add(key + "= has no effect here");
                default -> throw new IllegalStateException("no such meaning");
            }
        }
        return new Notes(List.copyOf(problems), List.copyOf(hardening));
    }

    private List<ExecCommand> commands(String key) {
        List<ExecCommand> commands = new ArrayList<>();
        for (String value : file.values(SERVICE, key)) {
            attempt(key, value, line -> ExecCommand.parse(line, specifiers)).ifPresent(commands::addAll);
        }
        return commands;
    }

    private <T> Optional<T> attempt(String key, String value, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(value));
        } catch (IllegalArgumentException e) {
            problems.add(key + "= can't be read and is left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> text(String section, String key) {
        return file.value(section, key).flatMap(value -> attempt(key, value, specifiers::expand));
    }

    private <T> T value(String section, String key, T otherwise, Function<String, T> parser) {
        return file.value(section, key)
                .flatMap(value -> attempt(key, value, parser))
                .orElse(otherwise);
    }

    private boolean flag(String key, boolean otherwise) {
        return value(SERVICE, key, otherwise, UnitReader::yes);
    }

    private static boolean yes(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "y", "true", "t", "on" -> true;
            case "0", "no", "n", "false", "f", "off" -> false;
            default -> throw new IllegalArgumentException(value + " is neither yes nor no");
        };
    }

    private static <E extends Enum<E>> E word(Class<E> type, String value) {
        return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private Lifecycle lifecycle(Commands commands) {
        boolean named = file.value(SERVICE, "BusName").isPresent();
        Type otherwise = commands.start().isEmpty() ? Type.ONESHOT : named ? Type.DBUS : Type.SIMPLE;
        Type type = value(SERVICE, "Type", otherwise, value -> word(Type.class, value));
        if (type == Type.DBUS) {
            problems.add("Type=dbus is up as soon as its program is started: nobody waits for its bus name");
        }
        Duration both = value(SERVICE, "TimeoutSec", DEFAULT_LIMIT, UnitReader::limit);
        Duration start = value(
                SERVICE,
                "TimeoutStartSec",
                type == Type.ONESHOT && file.value(SERVICE, "TimeoutSec").isEmpty() ? TimeSpan.INFINITY : both,
                UnitReader::limit);
        Duration interval = value(
                SERVICE,
                "StartLimitInterval",
                value(UNIT, "StartLimitIntervalSec", DEFAULT_INTERVAL, TimeSpan::parse),
                TimeSpan::parse);
        int burst = value(
                SERVICE,
                "StartLimitBurst",
                value(UNIT, "StartLimitBurst", DEFAULT_BURST, UnitReader::count),
                UnitReader::count);
        return new Lifecycle(
                type,
                text(SERVICE, "PIDFile").map(path -> path.startsWith("/") ? path : "/run/" + path),
                flag("GuessMainPID", true),
                flag("RemainAfterExit", false),
                value(SERVICE, "Restart", Restart.NO, value -> word(Restart.class, value)),
                value(SERVICE, "RestartSec", DEFAULT_RESTART, TimeSpan::parse),
                interval,
                burst,
                start,
                value(SERVICE, "TimeoutStopSec", both, UnitReader::limit),
                exits("SuccessExitStatus"),
                exits("RestartPreventExitStatus"),
                exits("RestartForceExitStatus"));
    }

    /** Zero is without a limit (systemd.service(5), {@code TimeoutStartSec=}). */
    private static Duration limit(String value) {
        Duration span = TimeSpan.parse(value);
        return span.isZero() ? TimeSpan.INFINITY : span;
    }

    private static int count(String value) {
        int count = Integer.parseInt(value);
        if (count < 0) {
            throw new IllegalArgumentException(value + " is less than nothing");
        }
        return count;
    }

    private ExitSet exits(String key) {
        List<String> words = new ArrayList<>();
        file.values(SERVICE, key).forEach(value -> words.addAll(List.of(value.split("\\s+"))));
        return attempt(key, "", unused -> ExitSet.parse(words)).orElse(ExitSet.NONE);
    }

    private Kill kill() {
        return new Kill(
                value(SERVICE, "KillMode", KillMode.CONTROL_GROUP, value -> word(KillMode.class, value)),
                signal("KillSignal", Signal.TERM),
                signal("FinalKillSignal", Signal.KILL),
                signal("ReloadSignal", Signal.HUP),
                flag("SendSIGHUP", false),
                flag("SendSIGKILL", true));
    }

    private Signal signal(String key, Signal otherwise) {
        return value(
                SERVICE,
                key,
                otherwise,
                value -> Signal.parse(value).orElseThrow(() -> new IllegalArgumentException(value + " is no signal")));
    }

    private Execution execution() {
        Optional<String> user = text(SERVICE, "User").flatMap(name -> matching(USER, "User", name));
        List<String> groups = new ArrayList<>();
        file.values(SERVICE, "SupplementaryGroups")
                .forEach(value -> List.of(value.split("\\s+"))
                        .forEach(name ->
                                matching(USER, "SupplementaryGroups", name).ifPresent(groups::add)));
        List<OwnDirectory> directories = directories();
        Optional<String> directory = text(SERVICE, "WorkingDirectory");
        boolean optional = directory.isPresent() && directory.get().startsWith("-");
        return new Execution(
                user.filter(name -> !name.equals("root") && !name.equals("0")),
                text(SERVICE, "Group").flatMap(name -> matching(USER, "Group", name)),
                groups,
                environment(directories),
                unset(),
                environmentFiles(),
                directory.map(path -> optional ? path.substring(1) : path),
                optional,
                directories,
                value(SERVICE, "UMask", "0022", value -> octal("UMask", value)),
                value(SERVICE, "Nice", 0, UnitReader::nice),
                !flag("IgnoreSIGPIPE", true),
                limits(),
                ambient(),
                text(SERVICE, "StandardInput").flatMap(where -> stream("StandardInput", where)),
                text(SERVICE, "StandardOutput").flatMap(where -> stream("StandardOutput", where)),
                text(SERVICE, "StandardError").flatMap(where -> stream("StandardError", where)));
    }

    private Optional<String> matching(Pattern pattern, String key, String value) {
        if (pattern.matcher(value).matches()) {
            return Optional.of(value);
        }
        problems.add(key + "=" + value + " is no name and is left out");
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
            String mode = value(SERVICE, kind.key() + "Mode", DEFAULT_MODE, value -> octal(kind.key() + "Mode", value));
            boolean temporary = kind.temporary()
                    && !value(SERVICE, "RuntimeDirectoryPreserve", "no", value -> value)
                            .matches("yes|true|1|on|restart");
            for (String value : file.values(SERVICE, kind.key())) {
                for (String word : attempt(kind.key(), value, Words::split).orElse(List.of())) {
                    String path = attempt(kind.key(), word.split(":", 2)[0], specifiers::expand)
                            .orElse("");
                    if (path.isEmpty()
                            || path.startsWith("/")
                            || List.of(path.split("/")).contains("..")) {
                        problems.add(
                                kind.key() + "=" + word + " is no path below " + kind.above() + " and is left out");
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
        for (String value : file.values(SERVICE, "Environment")) {
            List<String> words = new ArrayList<>();
            for (String word : attempt("Environment", value, Words::split).orElse(List.of())) {
                attempt("Environment", word, specifiers::expand).ifPresent(words::add);
            }
            environment.putAll(EnvironmentText.assignments(words));
        }
        return environment;
    }

    private Set<String> unset() {
        Set<String> unset = new LinkedHashSet<>();
        file.values(SERVICE, "UnsetEnvironment").forEach(value -> unset.addAll(List.of(value.split("\\s+"))));
        return unset;
    }

    private List<EnvironmentFile> environmentFiles() {
        List<EnvironmentFile> files = new ArrayList<>();
        for (String value : file.values(SERVICE, "EnvironmentFile")) {
            attempt("EnvironmentFile", value, specifiers::expand).ifPresent(path -> {
                boolean optional = path.startsWith("-");
                String plain = optional ? path.substring(1) : path;
                if (plain.startsWith("/") && plain.indexOf('*') < 0) {
                    files.add(new EnvironmentFile(plain, optional));
                } else {
                    problems.add("EnvironmentFile=" + path + " is no absolute path of one file and isn't read");
                }
            });
        }
        return files;
    }

    private List<String> limits() {
        List<String> limits = new ArrayList<>();
        for (UnitFile.Assignment assignment : file.assignments()) {
            String option = Directives.limit(assignment.key());
            if (assignment.section().equals(SERVICE) && option != null) {
                attempt(assignment.key(), assignment.value(), value -> option + "=" + limitOf(assignment.key(), value))
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
        for (String value : file.values(SERVICE, "AmbientCapabilities")) {
            for (String name : value.split("\\s+")) {
                if (CAPABILITY.matcher(name).matches()) {
                    ambient.add("+" + name.substring("CAP_".length()).toLowerCase(Locale.ROOT));
                } else {
                    problems.add("AmbientCapabilities=" + name + " is no capability and is left out");
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
                    problems.add(key + "=" + where + " is written at the end of the file");
                }
                return Optional.of(where.substring(kind.length()));
            }
        }
        Set<String> toLog = new TreeSet<>(
                List.of("inherit", "journal", "syslog", "kmsg", "journal+console", "syslog+console", "kmsg+console"));
        if (!toLog.contains(where)) {
            problems.add(key + "=" + where + " has no effect here");
        }
        return Optional.empty();
    }

    private Relations relations() {
        List<Condition> conditions = new ArrayList<>();
        for (UnitFile.Assignment assignment : file.assignments()) {
            boolean condition =
                    assignment.key().startsWith("Condition") || assignment.key().startsWith("Assert");
            if (assignment.section().equals(UNIT)
                    && condition
                    && assignment.value().isEmpty()) {
                conditions.clear();
            } else if (assignment.section().equals(UNIT) && condition) {
                attempt(
                                assignment.key(),
                                assignment.value(),
                                value -> Condition.parse(assignment.key(), value, specifiers))
                        .ifPresent(parsed -> parsed.ifPresentOrElse(
                                conditions::add,
                                () -> problems.add(assignment.key() + "=" + assignment.value()
                                        + " isn't checked here and counts as met")));
            }
        }
        boolean installable = !file.values(INSTALL, "WantedBy").isEmpty()
                || !file.values(INSTALL, "RequiredBy").isEmpty();
        return new Relations(
                services("Requires"),
                services("Requisite"),
                services("Wants"),
                services("BindsTo"),
                services("PartOf"),
                services("Conflicts"),
                services("After"),
                services("Before"),
                conditions,
                installable);
    }

    private Set<ServiceName> services(String key) {
        Set<ServiceName> names = new TreeSet<>();
        for (String value : file.values(UNIT, key)) {
            for (String word : attempt(key, value, Words::split).orElse(List.of())) {
                if (word.endsWith(".service")) {
                    attempt(key, word, text -> ServiceName.parse(specifiers.expand(text)))
                            .ifPresent(names::add);
                }
            }
        }
        return names;
    }
}
