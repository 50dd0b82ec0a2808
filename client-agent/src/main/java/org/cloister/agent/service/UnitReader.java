package org.cloister.agent.service;

import static org.cloister.agent.service.UnitValues.INSTALL;
import static org.cloister.agent.service.UnitValues.SERVICE;
import static org.cloister.agent.service.UnitValues.UNIT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.agent.service.ServiceUnit.Commands;
import org.cloister.agent.service.ServiceUnit.Kill;
import org.cloister.agent.service.ServiceUnit.KillMode;
import org.cloister.agent.service.ServiceUnit.Lifecycle;
import org.cloister.agent.service.ServiceUnit.Notes;
import org.cloister.agent.service.ServiceUnit.Relations;
import org.cloister.agent.service.ServiceUnit.Restart;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.ServiceName;

/** Makes a service of a unit file. Never fails: what isn't understood is noted and left at its default, as systemd does it. */
public final class UnitReader {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(90);
    private static final Duration DEFAULT_RESTART = Duration.ofMillis(100);
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
    private static final int DEFAULT_BURST = 5;

    private final UnitValues values;

    private UnitReader(UnitValues values) {
        this.values = values;
    }

    public static ServiceUnit read(ServiceName name, UnitFile file, Specifiers specifiers) {
        return new UnitReader(new UnitValues(file, specifiers)).unit(name);
    }

    private ServiceUnit unit(ServiceName name) {
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
            values.note("ExecStart= names no program: it can't be started");
        } else if (commands.start().size() > 1 && lifecycle.type() != Type.ONESHOT) {
            values.note("ExecStart= names several programs, which only Type=oneshot may: the first is started");
        }
        return new ServiceUnit(
                name,
                values.text(UNIT, "Description").orElse(name.text()),
                false,
                commands,
                lifecycle,
                kill(),
                new ExecutionReader(values).execution(),
                relations(),
                notes());
    }

    private Notes notes() {
        Set<String> hardening = new LinkedHashSet<>();
        for (UnitFile.Assignment assignment : values.assignments()) {
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
                case UNSUPPORTED -> values.note(key + "= has no effect here");
                default -> throw new IllegalStateException("no such meaning");
            }
        }
        return new Notes(values.notes(), List.copyOf(hardening));
    }

    private List<ExecCommand> commands(String key) {
        List<ExecCommand> commands = new ArrayList<>();
        for (String value : values.all(SERVICE, key)) {
            values.attempt(key, value, line -> ExecCommand.parse(line, values.specifiers()))
                    .ifPresent(commands::addAll);
        }
        return commands;
    }

    private static <E extends Enum<E>> E word(Class<E> type, String value) {
        return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private Lifecycle lifecycle(Commands commands) {
        boolean named = values.last(SERVICE, "BusName").isPresent();
        Type otherwise = commands.start().isEmpty() ? Type.ONESHOT : named ? Type.DBUS : Type.SIMPLE;
        Type type = values.value(SERVICE, "Type", otherwise, value -> word(Type.class, value));
        if (type == Type.DBUS) {
            values.note("Type=dbus is up as soon as its program is started: nobody waits for its bus name");
        }
        Duration both = values.value(SERVICE, "TimeoutSec", DEFAULT_LIMIT, UnitReader::limit);
        Duration start = values.value(
                SERVICE,
                "TimeoutStartSec",
                type == Type.ONESHOT && values.last(SERVICE, "TimeoutSec").isEmpty() ? TimeSpan.INFINITY : both,
                UnitReader::limit);
        Duration interval = values.value(
                SERVICE,
                "StartLimitInterval",
                values.value(UNIT, "StartLimitIntervalSec", DEFAULT_INTERVAL, TimeSpan::parse),
                TimeSpan::parse);
        int burst = values.value(
                SERVICE,
                "StartLimitBurst",
                values.value(UNIT, "StartLimitBurst", DEFAULT_BURST, UnitReader::count),
                UnitReader::count);
        return new Lifecycle(
                type,
                values.text(SERVICE, "PIDFile").map(path -> path.startsWith("/") ? path : "/run/" + path),
                values.flag("GuessMainPID", true),
                values.flag("RemainAfterExit", false),
                values.value(SERVICE, "Restart", Restart.NO, value -> word(Restart.class, value)),
                values.value(SERVICE, "RestartSec", DEFAULT_RESTART, TimeSpan::parse),
                interval,
                burst,
                start,
                values.value(SERVICE, "TimeoutStopSec", both, UnitReader::limit),
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
        values.all(SERVICE, key).forEach(value -> words.addAll(List.of(value.split("\\s+"))));
        return values.attempt(key, "", unused -> ExitSet.parse(words)).orElse(ExitSet.NONE);
    }

    private Kill kill() {
        return new Kill(
                values.value(SERVICE, "KillMode", KillMode.CONTROL_GROUP, value -> word(KillMode.class, value)),
                signal("KillSignal", Signal.TERM),
                signal("FinalKillSignal", Signal.KILL),
                signal("ReloadSignal", Signal.HUP),
                values.flag("SendSIGHUP", false),
                values.flag("SendSIGKILL", true));
    }

    private Signal signal(String key, Signal otherwise) {
        return values.value(
                SERVICE,
                key,
                otherwise,
                value -> Signal.parse(value).orElseThrow(() -> new IllegalArgumentException(value + " is no signal")));
    }

    private Relations relations() {
        List<Condition> conditions = new ArrayList<>();
        for (UnitFile.Assignment assignment : values.assignments()) {
            boolean condition =
                    assignment.key().startsWith("Condition") || assignment.key().startsWith("Assert");
            if (assignment.section().equals(UNIT)
                    && condition
                    && assignment.value().isEmpty()) {
                conditions.clear();
            } else if (assignment.section().equals(UNIT) && condition) {
                values.attempt(
                                assignment.key(),
                                assignment.value(),
                                value -> Condition.parse(assignment.key(), value, values.specifiers()))
                        .ifPresent(parsed -> parsed.ifPresentOrElse(
                                conditions::add,
                                () -> values.note(assignment.key() + "=" + assignment.value()
                                        + " isn't checked here and counts as met")));
            }
        }
        boolean installable = !values.all(INSTALL, "WantedBy").isEmpty()
                || !values.all(INSTALL, "RequiredBy").isEmpty();
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
        for (String value : values.all(UNIT, key)) {
            for (String word : values.attempt(key, value, Words::split).orElse(List.of())) {
                if (word.endsWith(".service")) {
                    values.attempt(key, word, text -> ServiceName.parse(values.expand(text)))
                            .ifPresent(names::add);
                }
            }
        }
        return names;
    }
}
