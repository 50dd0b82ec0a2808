package org.cloister.fuse.union;

import java.io.IOException;
import org.cloister.fuse.tree.Status;

/** The host's disk or the store failed; {@link #status()} is what the program in the root is told. */
public final class BackingFailure extends IOException {
    private static final long serialVersionUID = 1;

    private final Status status;

    public BackingFailure(Status status, String message) {
        super(message);
        this.status = status;
    }

    public Status status() {
        return status;
    }
}
