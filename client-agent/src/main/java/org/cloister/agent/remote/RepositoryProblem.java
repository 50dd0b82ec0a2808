package org.cloister.agent.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.cloister.events.codec.EventCodec;

/** The repository answered, and refused (RFC 9457). Asking the same again gives the same, unless {@link #isTransient}. */
public final class RepositoryProblem extends IOException {
    private static final long serialVersionUID = 1;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;
    private static final int MAX_BODY_SHOWN = 500;

    private final int status;
    private final String rule;

    private RepositoryProblem(int status, String rule, String message) {
        super(message);
        this.status = status;
        this.rule = rule;
    }

    static RepositoryProblem of(int status, String request, String body) {
        try {
            JsonNode problem = EventCodec.json().readTree(body);
            if (problem != null && problem.hasNonNull("detail")) {
                String type = problem.path("type").asText();
                String remedy = problem.path("remedy").asText();
                return new RepositoryProblem(
                        status,
                        type.substring(type.lastIndexOf(':') + 1),
                        problem.path("detail").asText() + (remedy.isEmpty() ? "" : " " + remedy));
            }
        } catch (IOException e) {
            // Not a problem document: something between here and the repository answered.
        }
        String shown = body.length() > MAX_BODY_SHOWN ? body.substring(0, MAX_BODY_SHOWN) : body;
        return new RepositoryProblem(status, "", request + " was answered with " + status + " " + shown.strip());
    }

    public int status() {
        return status;
    }

    /** The last part of the problem's type, empty if there was no problem document. */
    public String rule() {
        return rule;
    }

    /** Whether the same request may succeed later. */
    public boolean isTransient() {
        return status >= SERVER_ERRORS || status == TOO_MANY_REQUESTS;
    }
}
