package org.cloister.repo.control;

import java.io.IOException;

/** The text is no control syntax, or beyond a limit; the message names the line (from 1) and what is wrong with it. */
public final class ControlSyntaxException extends IOException {
    private static final long serialVersionUID = 1;

    private final long line;

    public ControlSyntaxException(long line, String problem) {
        super("line " + line + ": " + problem);
        this.line = line;
    }

    public long line() {
        return line;
    }
}
