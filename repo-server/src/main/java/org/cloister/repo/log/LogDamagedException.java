package org.cloister.repo.log;

/** The log isn't what it was signed as: it shrank, or its past changed. Nothing more is signed until a person has looked. */
public final class LogDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LogDamagedException(String message) {
        super(message);
    }
}
