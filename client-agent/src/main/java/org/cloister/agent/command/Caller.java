package org.cloister.agent.command;

import java.nio.file.Path;
import org.cloister.agent.command.config.ConfigFile;

/**
 * Who gave the command, and from where.
 *
 * @param directory the working directory, absolute
 * @param user by the kernel's word
 * @param configuration the text of the configuration file, empty if there is none
 * @param configFile where that text is kept
 * @param stateDirectory where the command may keep what it has seen of a log
 * @param mayUseFiles whether this process has the rights of the caller: an agent must not open files in another user's place
 */
public record Caller(
        Path directory,
        String user,
        String configuration,
        ConfigFile configFile,
        Path stateDirectory,
        boolean mayUseFiles) {
    /** A path that the caller gave, absolute. @throws CommandFailed if this process must not touch it */
    public Path file(String path) throws CommandFailed {
        requireFiles();
        return directory.resolve(path).normalize();
    }

    /** @throws CommandFailed if this process works with other rights than the caller's */
    public void requireFiles() throws CommandFailed {
        if (!mayUseFiles) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "The agent runs as another user and opens no files for " + user + ".",
                    "Run the command without the agent: CLOISTER_AGENT_SOCKET=/dev/null cloister …");
        }
    }
}
