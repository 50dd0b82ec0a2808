package org.cloister.agent.configure;

import java.util.List;

/** How a script in the sandbox ended. @param lastLines for people */
record SandboxRun(int status, List<String> lastLines) {
    SandboxRun {
        lastLines = List.copyOf(lastLines);
    }

    boolean succeeded() {
        return status == 0;
    }
}
