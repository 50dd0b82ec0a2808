package org.cloister.agent.command;

import java.net.http.HttpClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.cloister.agent.command.config.ConfigFile;
import org.cloister.agent.command.socket.CommandSocket;
import org.cloister.agent.command.socket.Invocation;
import org.cloister.agent.command.terminal.Terminal;
import org.cloister.agent.control.AgentControl;

/** The commands inside the agent, for its command socket. Thread-safe. */
public final class AgentCommands implements CommandSocket.Commands {
    private final AgentControl agent;
    private final Places places;
    private final String ownUser;
    private final HttpClient http;
    private final Clock clock;

    /**
     * @param environment of the agent's process
     * @param home of the agent's user
     * @param ownUser the agent's user: for others it opens no files
     * @param http speaks to repositories
     */
    public AgentCommands(
            AgentControl agent,
            Map<String, String> environment,
            String home,
            String ownUser,
            HttpClient http,
            Clock clock) {
        this.agent = agent;
        this.places = Places.of(environment, home);
        this.ownUser = ownUser;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public int run(Invocation invocation, Terminal terminal) {
        Caller caller = new Caller(
                invocation.directory(),
                invocation.user(),
                invocation.configuration(),
                new ConfigFile(places.ownConfiguration()),
                places.clientState(),
                invocation.user().equals(ownUser));
        return CommandRun.run(new Session(terminal, caller, agent, http, clock), invocation.arguments());
    }

    /** Does once what the first command would wait for: loads classes, builds the model. */
    public void warmUp() {
        Session nobody = new Session(
                new Silence(),
                new Caller(
                        java.nio.file.Path.of("/"),
                        ownUser,
                        "",
                        new ConfigFile(places.ownConfiguration()),
                        places.clientState(),
                        false),
                agent,
                http,
                clock);
        CommandRun.run(nobody, List.of("list"));
        CommandRun.run(nobody, List.of("install", "--help"));
    }

    /** Nobody listens. */
    private record Silence() implements Terminal {
        private static final java.io.PrintStream NOWHERE = new java.io.PrintStream(
                java.io.OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8);

        @Override
        public java.io.PrintStream out() {
            return NOWHERE;
        }

        @Override
        public java.io.PrintStream err() {
            return NOWHERE;
        }

        @Override
        public Shape shape() {
            return Shape.plain();
        }

        @Override
        public boolean interrupted() {
            return false;
        }

        @Override
        public void replaceWith(List<String> argv) {}
    }
}
