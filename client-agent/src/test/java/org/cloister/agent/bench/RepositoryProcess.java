package org.cloister.agent.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;

/** A real repository in a process of its own, whose log begins with a recording. */
final class RepositoryProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final URI address;
    private final String token;

    /** @param command starts it, but for the state directory and the recording */
    RepositoryProcess(String command, Path state, Path recording) throws IOException {
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        words.add(state.toString());
        words.add(recording.toString());
        process = new ProcessBuilder(words)
                .redirectError(state.resolveSibling("repository.log").toFile())
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("http://")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException(
                    "the repository did not start: " + Files.readString(state.resolveSibling("repository.log")));
        }
        address = URI.create(line);
        token = Files.readString(state.resolve("admin.token")).strip();
    }

    /** For an administrator, who may do what an agent may. */
    Repository repository() {
        return new Repository(new Connection(address, token));
    }

    /** Ends it with its standard input, as its own death would. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
