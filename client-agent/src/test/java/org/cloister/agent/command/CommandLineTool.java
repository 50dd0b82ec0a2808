package org.cloister.agent.command;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.cloister.agent.command.config.ConfigFile;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.terminal.Terminal;
import org.cloister.agent.control.AgentControl;
import org.jspecify.annotations.Nullable;

/** Runs commands in memory and keeps what they say. */
public final class CommandLineTool {
    public static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
    private static final HttpClient HTTP = RepositoryApi.client();

    private final Path directory;
    private final @Nullable AgentControl agent;
    public String configuration = "";
    public Terminal.Shape shape = Terminal.Shape.plain();
    public boolean mayUseFiles = true;

    public CommandLineTool(Path directory, @Nullable AgentControl agent) {
        this.directory = directory;
        this.agent = agent;
    }

    /** What came of one command. */
    public record Result(int status, String out, String err, List<String> replacement) {}

    public Result run(String... arguments) {
        Recorder terminal = new Recorder(shape);
        Caller caller =
                new Caller(directory, "alice", configuration, configFile(), directory.resolve("state"), mayUseFiles);
        Session session = new Session(terminal, caller, agent, HTTP, Clock.fixed(NOW, ZoneOffset.UTC));
        int status = CommandRun.run(session, List.of(arguments));
        return new Result(
                status,
                terminal.outBytes.toString(StandardCharsets.UTF_8),
                terminal.errBytes.toString(StandardCharsets.UTF_8),
                terminal.replacement);
    }

    private Session session(Terminal terminal) {
        Caller caller =
                new Caller(directory, "alice", configuration, configFile(), directory.resolve("state"), mayUseFiles);
        return new Session(terminal, caller, agent, HTTP, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** The model of the commands. */
    picocli.CommandLine commandLine() {
        return CommandRun.commandLine(session(new Recorder(shape)), "");
    }

    public ConfigFile configFile() {
        return new ConfigFile(directory.resolve("config"));
    }

    private static final class Recorder implements Terminal {
        private final Shape shape;
        private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        private final PrintStream out = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
        private final PrintStream err = new PrintStream(errBytes, true, StandardCharsets.UTF_8);
        private List<String> replacement = List.of();

        Recorder(Shape shape) {
            this.shape = shape;
        }

        @Override
        public PrintStream out() {
            return out;
        }

        @Override
        public PrintStream err() {
            return err;
        }

        @Override
        public Shape shape() {
            return shape;
        }

        @Override
        public boolean interrupted() {
            return false;
        }

        @Override
        public void replaceWith(List<String> argv) {
            replacement = argv;
        }
    }
}
