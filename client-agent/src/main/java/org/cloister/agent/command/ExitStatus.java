package org.cloister.agent.command;

/** How a command ends; {@code docs/cloister.md} promises these numbers. */
public enum ExitStatus {
    OK(0),
    FAILED(1),
    USAGE(2),
    REFUSED(3),
    UNREACHABLE(4),
    DAMAGED(5),
    INTERRUPTED(130);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
