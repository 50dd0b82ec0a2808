package org.cloister.repo;

/** kill -9. */
public final class Kill {
    private Kill() {}

    /** Returns when the process is gone. */
    public static void now(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }
}
