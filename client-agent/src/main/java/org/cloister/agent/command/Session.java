package org.cloister.agent.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import org.cloister.agent.command.config.ClientConfig;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Terminal;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.tls.TlsTrust;
import org.cloister.events.codec.EventCodec;
import org.jspecify.annotations.Nullable;

/** What one command works with, from its start to its end. One thread. */
public final class Session {
    private static final String TO_LOG_IN = "Log in: cloister login --repo URL --token-file FILE";

    private final Terminal terminal;
    private final Caller caller;
    private final @Nullable AgentControl agent;
    private final HttpClient http;
    private final Clock clock;
    private boolean json;

    public Session(Terminal terminal, Caller caller, @Nullable AgentControl agent, HttpClient http, Clock clock) {
        this.terminal = terminal;
        this.caller = caller;
        this.agent = agent;
        this.http = http;
        this.clock = clock;
    }

    public Terminal terminal() {
        return terminal;
    }

    public Caller caller() {
        return caller;
    }

    /**
     * As {@code config} says of TLS; as the agent is told where this process must not read the caller's files.
     *
     * @throws CommandFailed naming a file that can't be used
     */
    public HttpClient http(ClientConfig config) throws CommandFailed {
        if (config.tls().equals(TlsTrust.USUAL) || !caller.mayUseFiles()) {
            return http;
        }
        try {
            return RepositoryApi.client(config.tls().context());
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "TLS can't be set up: " + e.getMessage() + ".",
                    "Name files that are there: cloister login --ca FILE --certificate FILE --key FILE",
                    e);
        }
    }

    public Clock clock() {
        return clock;
    }

    /** Whether a program reads the answer. */
    public boolean json() {
        return json;
    }

    /** A program reads the answer. */
    public void useJson() {
        json = true;
    }

    public JsonMapper mapper() {
        return EventCodec.json();
    }

    /** One document on one line of {@code out}. */
    public void print(JsonNode document) {
        terminal.out().println(document);
    }

    public Progress progress() {
        return new Progress(terminal, clock, !json);
    }

    /** Null where no agent runs on this machine. */
    public @Nullable AgentControl agentOrNull() {
        return agent;
    }

    /** @throws CommandFailed if no agent runs on this machine */
    public AgentControl agent() throws CommandFailed {
        if (agent == null) {
            throw new CommandFailed(
                    ExitStatus.UNREACHABLE,
                    "No agent answers on this machine.",
                    "Start it with bin/agent; `cloister doctor` looks for what is in its way.");
        }
        return agent;
    }

    /** @throws CommandFailed if the file is damaged */
    public ClientConfig config() throws CommandFailed {
        try {
            return ClientConfig.parse(caller.configuration());
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    caller.configFile().path() + " can't be used: " + e.getMessage() + ".",
                    "Correct it, or write it anew. " + TO_LOG_IN,
                    e);
        }
    }

    /** With the caller's token; without one, as the host that this is. @throws CommandFailed if there is neither */
    public RepositoryApi repository() throws CommandFailed {
        ClientConfig config = config();
        if (config.repository() != null && config.token() != null) {
            return new RepositoryApi(http(config), config.repository(), config.token());
        }
        if (agent != null) {
            return repositoryOfHost(agent);
        }
        throw new CommandFailed(ExitStatus.FAILED, "You are not logged in to a repository.", TO_LOG_IN);
    }

    /** With the caller's token. @throws CommandFailed if the caller has none: the host may not do it for everybody */
    public RepositoryApi repositoryOfCaller() throws CommandFailed {
        ClientConfig config = config();
        if (config.repository() == null || config.token() == null) {
            throw new CommandFailed(
                    ExitStatus.FAILED, "This needs a token of yours, and you are not logged in.", TO_LOG_IN);
        }
        return new RepositoryApi(http(config), config.repository(), config.token());
    }

    /** As the host: what everybody may do here whom the command socket lets in. */
    public RepositoryApi repositoryOfHost(AgentControl present) {
        AgentControl.Enrolment enrolment = present.enrolment();
        return new RepositoryApi(http, enrolment.repository(), enrolment.token());
    }
}
