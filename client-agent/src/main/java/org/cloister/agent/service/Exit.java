package org.cloister.agent.service;

/** How a process ended: with {@code code}, or by {@code signal} where that isn't 0. */
public record Exit(int code, int signal) {
    static Exit ofCode(int code) {
        return new Exit(code, 0);
    }

    /** For people. */
    public String text() {
        return signal == 0 ? "ended with status " + code : "was ended by " + new Signal(signal);
    }
}
