package org.cloister.agent.command.audit;

/**
 * One link of a proof's chain.
 *
 * @param name what it ties to what
 * @param detail a sentence: what was found
 */
public record Link(String name, Status status, String detail) {
    /** How it stands with a link. */
    public enum Status {
        PROVED,
        /** The bundle lacks what it takes; nothing speaks against it. */
        NOT_COVERED,
        /** Something is not what it claims to be. */
        FAILED
    }

    static Link proved(String name, String detail) {
        return new Link(name, Status.PROVED, detail);
    }

    static Link notCovered(String name, String detail) {
        return new Link(name, Status.NOT_COVERED, detail);
    }

    static Link failed(String name, String detail) {
        return new Link(name, Status.FAILED, detail);
    }
}
