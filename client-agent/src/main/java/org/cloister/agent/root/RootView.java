package org.cloister.agent.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The files of a root as its programs see them: a symbolic link, absolute or not, leads to a path of the same root and never out of it.
 */
public final class RootView {
    /** As in the kernel (path_resolution(7)). */
    private static final int MAX_LINKS = 40;
    /** No configuration file is larger; what is, isn't read. */
    private static final int MAX_BYTES = 1 << 20;
    /** Entries of one directory that are looked at. */
    private static final int MAX_ENTRIES = 1_000;

    private final Path root;

    public RootView(Path root) {
        this.root = root;
    }

    /** The text of a regular file; empty if there is none at {@code path}, or one that is too large. */
    public Optional<String> text(String path) throws IOException {
        Optional<Path> file = resolved(path);
        if (file.isEmpty() || !Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Paths of what is in a directory, sorted; none if there is no such directory. */
    public List<String> entries(String directory) throws IOException {
        Optional<Path> resolved = resolved(directory);
        List<String> paths = new ArrayList<>();
        if (resolved.isEmpty() || !Files.isDirectory(resolved.get(), LinkOption.NOFOLLOW_LINKS)) {
            return paths;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolved.get())) {
            for (Path entry : entries) {
                if (paths.size() == MAX_ENTRIES) {
                    break;
                }
                paths.add(directory + "/" + entry.getFileName());
            }
        }
        Collections.sort(paths);
        return paths;
    }

    /** Where a symbolic link leads, as it says itself; empty if there is none at {@code path}. */
    public Optional<String> link(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        Optional<Path> parent = resolved(path.substring(0, Math.max(slash, 0)));
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        Path file = parent.get().resolve(path.substring(slash + 1));
        return Files.isSymbolicLink(file)
                ? Optional.of(Files.readSymbolicLink(file).toString())
                : Optional.empty();
    }

    /** The file or directory that a path leads to, to be looked at only; empty if there is none. */
    public Optional<Path> resolved(String path) throws IOException {
        List<String> left = new ArrayList<>(List.of(path.split("/")));
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.remove(0);
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (!done.isEmpty()) {
                    done.remove(done.size() - 1);
                }
                continue;
            }
            done.add(name);
            Path here = root.resolve(String.join("/", done));
            if (Files.isSymbolicLink(here)) {
                links++;
                if (links > MAX_LINKS) {
                    return Optional.empty();
                }
                String target = Files.readSymbolicLink(here).toString();
                done.remove(done.size() - 1);
                if (target.startsWith("/")) {
                    done.clear();
                }
                left.addAll(0, List.of(target.split("/")));
            } else if (!Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
        }
        return Optional.of(root.resolve(String.join("/", done)));
    }
}
