package org.cloister.agent.configure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.root.RootUser;

/**
 * Reads what scripts wrote in a scratch root. What a file's owner keeps from an ordinary user's agent, because the owner is one of its
 * subordinate ids, is read by root of the user namespace: a process for each such file.
 */
final class RootReader {
    private final RootUser rootUser;

    RootReader(RootUser rootUser) {
        this.rootUser = rootUser;
    }

    /** Takes the content of a file. */
    interface Sink<T> {
        T take(InputStream content) throws IOException;
    }

    <T> T read(Path file, Sink<T> sink) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return sink.take(in);
        } catch (AccessDeniedException denied) {
            if (!rootUser.isMapped()) {
                throw denied;
            }
            return readAsRoot(file, sink);
        }
    }

    private <T> T readAsRoot(Path file, Sink<T> sink) throws IOException {
        List<String> argv = new ArrayList<>(rootUser.before());
        argv.addAll(List.of("cat", "--", file.toString()));
        Process process = new ProcessBuilder(argv)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream in = process.getInputStream()) {
            process.getOutputStream().close();
            T taken = sink.take(in);
            if (process.waitFor() != 0) {
                throw new IOException(file + " can't be read, not even by root of the root");
            }
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + file, e);
        } finally {
            process.destroyForcibly();
        }
    }
}
