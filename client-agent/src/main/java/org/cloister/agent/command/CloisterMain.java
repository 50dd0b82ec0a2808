package org.cloister.agent.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.cloister.agent.command.config.ConfigFile;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.terminal.ProcessTerminal;
import org.cloister.agent.command.terminal.Terminal;

/** The command in a JVM of its own, without an agent. {@code bin/cloister} starts it where no agent answers. */
public final class CloisterMain {
    private CloisterMain() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> environment = System.getenv();
        ProcessTerminal terminal = new ProcessTerminal(Terminal.Shape.parse(
                environment.getOrDefault("CLOISTER_COLUMNS", "80"),
                environment.getOrDefault("CLOISTER_TERMINAL", "-")));
        Places places = Places.of(environment, System.getProperty("user.home"));
        Path configuration = places.configuration(Files::exists);
        Caller caller = new Caller(
                Path.of("").toAbsolutePath(),
                System.getProperty("user.name"),
                new ConfigFile(configuration).read(),
                new ConfigFile(places.ownConfiguration()),
                places.clientState(),
                true);
        Session session = new Session(terminal, caller, null, RepositoryApi.client(), Clock.systemUTC());
        System.exit(CommandRun.run(session, List.of(arguments)));
    }
}
