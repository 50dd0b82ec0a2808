package org.cloister.agent.command;

/** A command can't do what it was asked; says what happened and why, and what to do next, each in whole sentences. */
public final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitStatus status;
    private final String remedy;

    public CommandFailed(ExitStatus status, String what, String remedy) {
        super(what);
        this.status = status;
        this.remedy = remedy;
    }

    public CommandFailed(ExitStatus status, String what, String remedy, Throwable cause) {
        super(what, cause);
        this.status = status;
        this.remedy = remedy;
    }

    public ExitStatus status() {
        return status;
    }

    public String remedy() {
        return remedy;
    }

    public String what() {
        return String.valueOf(getMessage());
    }
}
