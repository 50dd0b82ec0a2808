package org.cloister.agent.supervise;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cloister.agent.service.Action;
import org.cloister.agent.service.EnvironmentText;
import org.cloister.agent.service.ExecCommand;
import org.cloister.agent.service.Exit;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.service.ServiceUnit.Execution;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.agent.service.Signal;

/** The line that has {@code init.pl} start a process of a service. */
final class SpawnWords {
    /** Reads a file as the service sees it. */
    interface Files {
        Optional<String> text(String path) throws IOException;
    }

    private SpawnWords() {}

    /** @throws IOException if an environment file can't be read that must be there, or the command can't be made of it */
    static List<String> of(ServiceUnit unit, Action.Spawn action, Files files) throws IOException {
        Execution execution = unit.execution();
        Map<String, String> environment = new LinkedHashMap<>(execution.environment());
        for (ServiceUnit.EnvironmentFile file : execution.environmentFiles()) {
            Optional<String> text = files.text(file.path());
            if (text.isEmpty() && !file.optional()) {
                throw new IOException("there is no " + file.path() + ", which EnvironmentFile= names");
            }
            environment.putAll(EnvironmentText.file(text.orElse("")));
        }
        if (action.main() > 0) {
            environment.put("MAINPID", Long.toString(action.main()));
        }
        if (action.role().isAfterEnd()) {
            ended(action, environment);
        }
        environment.keySet().removeAll(execution.unset());
        ExecCommand.Filled command;
        try {
            command = action.command().filled(environment);
        } catch (IllegalArgumentException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
        List<String> words = new ArrayList<>(List.of("spawn", Integer.toString(action.token())));
        if (!action.command().privileged()) {
            execution.user().ifPresent(user -> words.add("user=" + user));
            execution.group().ifPresent(group -> words.add("group=" + group));
            execution.groups().forEach(group -> words.add("groups=" + group));
            if (!execution.ambient().isEmpty()) {
                words.add("ambient=" + String.join(",", execution.ambient()));
            }
        }
        execution
                .directories()
                .forEach(own ->
                        words.add((own.users() ? "directory=" : "rootsdirectory=") + own.mode() + ":" + own.path()));
        execution.directory().ifPresent(directory -> words.add("cwd=" + directory));
        if (execution.directoryOptional()) {
            words.add("cwdoptional=1");
        }
        words.add("umask=" + execution.umask());
        if (execution.nice() != 0) {
            words.add("nice=" + execution.nice());
        }
        if (execution.pipeSignal()) {
            words.add("pipe=1");
        }
        if (unit.lifecycle().type() == Type.NOTIFY || unit.lifecycle().type() == Type.NOTIFY_RELOAD) {
            words.add("notify=1");
        }
        execution.input().ifPresent(path -> words.add("in=" + path));
        execution.output().ifPresent(path -> words.add("out=" + path));
        // Standard error follows standard output unless it is told otherwise (systemd.exec(5), StandardError=inherit).
        execution.error().or(execution::output).ifPresent(path -> words.add("err=" + path));
        String argv0 = command.argv0();
        if (argv0 != null) {
            words.add("argv0=" + argv0);
        }
        environment.forEach((name, value) -> words.add("env=" + name + "=" + value));
        words.add("--");
        words.addAll(command.argv());
        return words;
    }

    private static void ended(Action.Spawn action, Map<String, String> environment) {
        Exit exit = action.ended();
        environment.put(
                "SERVICE_RESULT",
                action.result().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        environment.put("EXIT_CODE", exit.signal() == 0 ? "exited" : "killed");
        environment.put(
                "EXIT_STATUS",
                exit.signal() == 0
                        ? Integer.toString(exit.code())
                        : new Signal(exit.signal()).toString().replace("SIG", ""));
    }
}
