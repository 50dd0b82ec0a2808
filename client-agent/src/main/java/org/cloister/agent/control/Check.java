package org.cloister.agent.control;

/**
 * One line of {@code cloister doctor}.
 *
 * @param remedy what to do, empty where all is well
 */
public record Check(String name, Result result, String detail, String remedy) {
    /** How it is. */
    public enum Result {
        OK,
        WARNING,
        FAILED
    }
}
