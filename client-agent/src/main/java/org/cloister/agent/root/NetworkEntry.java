package org.cloister.agent.root;

import java.nio.file.Path;

/**
 * How a program gets into the network of its root.
 *
 * @param kind who made it
 * @param file the namespace itself, or the file with the number of the process that holds it
 * @param etc directory with the host's files ({@link HostFiles}) as they are right in that network
 */
public record NetworkEntry(Kind kind, Path file, Path etc) {
    /** Whose namespaces they are. */
    public enum Kind {
        /** The machine's: only root can enter, and other users' programs stay in the host's network. */
        MACHINE,
        /** An ordinary user's, below a user namespace that is held by a process. */
        USER
    }
}
