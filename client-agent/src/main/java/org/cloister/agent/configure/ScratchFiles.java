package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.cloister.agent.root.RootView;

/**
 * Files of a scratch root as its scripts see them. A package or its script can put a link anywhere, which would lead this process to the host's files:
 * here it leads to a path of the same root. For a root in which nothing runs, so that what was looked at stays.
 */
final class ScratchFiles {
    private final Path root;
    private final RootView view;

    ScratchFiles(Path root) {
        this.root = root;
        this.view = new RootView(root);
    }

    boolean exists(String path) throws IOException {
        return view.resolved(path).isPresent();
    }

    /** Empty if there is nothing. @throws IOException if it isn't a regular file */
    Optional<String> text(String path) throws IOException {
        Optional<Path> file = view.resolved(path);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("/" + path + " is no regular file; a package or its script put something else there");
        }
        return Optional.of(Files.readString(file.get(), StandardCharsets.UTF_8));
    }

    /** In place of whatever file or link stands there. The mode of a new file is 0644. @throws IOException if its directory is missing */
    void write(String path, String text) throws IOException {
        Path file = place(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        }
        Files.write(
                file,
                text.getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a directory and those above it where there are none. */
    void directory(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            directory(path.substring(0, slash));
        }
        if (!exists(path)) {
            Files.createDirectory(place(path));
        }
    }

    /** Where a name is outside of the root; what stands there may be a link. @throws IOException if its directory is missing */
    Path place(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        Optional<Path> directory = slash < 0 ? Optional.of(root) : view.resolved(path.substring(0, slash));
        if (name.isEmpty() || name.equals(".") || name.equals("..") || directory.isEmpty()) {
            throw new IOException("/" + path + " can't be made: there is no directory for it in the root");
        }
        return directory.get().resolve(name);
    }
}
