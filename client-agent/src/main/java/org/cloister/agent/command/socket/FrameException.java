package org.cloister.agent.command.socket;

import java.io.IOException;

/** The other side doesn't speak the protocol; its connection is of no more use. */
final class FrameException extends IOException {
    private static final long serialVersionUID = 1;

    FrameException(String message) {
        super(message);
    }
}
