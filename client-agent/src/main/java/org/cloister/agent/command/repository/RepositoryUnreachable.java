package org.cloister.agent.command.repository;

import java.io.IOException;
import java.net.URI;

/** No answer, or only part of one. What was asked may have happened: asking again with the same request id is safe. */
public final class RepositoryUnreachable extends IOException {
    private static final long serialVersionUID = 1;

    private final URI repository;

    RepositoryUnreachable(URI repository, IOException cause) {
        super("the repository at " + repository + " does not answer: " + reason(cause), cause);
        this.repository = repository;
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return switch (cause.getClass().getSimpleName()) {
            case "ConnectException" -> "connection refused or host unknown";
            case "HttpConnectTimeoutException" -> "no connection within the time limit";
            case "HttpTimeoutException" -> "no answer within the time limit";
            default -> message == null ? cause.getClass().getSimpleName() : message;
        };
    }

    public URI repository() {
        return repository;
    }
}
