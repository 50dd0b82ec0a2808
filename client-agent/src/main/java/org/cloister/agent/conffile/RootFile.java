package org.cloister.agent.conffile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * One regular file of a mounted root, reached without following a link: what is in a root belongs to its package, which could
 * lead a path of the host's anywhere.
 */
final class RootFile {
    private final Path root;
    private final Path path;

    RootFile(Path root, String path) {
        this.root = root;
        this.path = Path.of(path);
    }

    /** Works in the directory of a file. */
    private interface Work<T> {
        T in(SecureDirectoryStream<Path> directory, Path name) throws IOException;
    }

    /** Its content; empty if it is larger than {@code limit}. @throws IOException if it isn't a regular file */
    Optional<byte[]> read(int limit) throws IOException {
        return inDirectory((directory, name) -> {
            if (!view(directory, name).readAttributes().isRegularFile()) {
                throw new IOException(path + " is no regular file");
            }
            Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try (SeekableByteChannel channel = directory.newByteChannel(name, options)) {
                byte[] bytes = Channels.newInputStream(channel).readNBytes(limit + 1);
                return bytes.length > limit ? Optional.empty() : Optional.of(bytes);
            }
        });
    }

    /** Puts {@code content} in its place at once, with the owner and permissions that it had. Durable on return. */
    void replace(byte[] content) throws IOException {
        inDirectory((directory, name) -> {
            PosixFileAttributes attributes = view(directory, name).readAttributes();
            Path fresh = Path.of("." + name + ".cloister-merge");
            Set<OpenOption> options = Set.of(
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS);
            try (SeekableByteChannel channel = directory.newByteChannel(
                    fresh,
                    options,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (channel instanceof FileChannel file) {
                    file.force(true);
                }
            }
            PosixFileAttributeView view = view(directory, fresh);
            if (!view.readAttributes().owner().equals(attributes.owner())) {
                view.setOwner(attributes.owner());
            }
            if (!view.readAttributes().group().equals(attributes.group())) {
                view.setGroup(attributes.group());
            }
            view.setPermissions(attributes.permissions());
            directory.move(fresh, directory, name);
            return name;
        });
    }

    private static PosixFileAttributeView view(SecureDirectoryStream<Path> directory, Path name) {
        return directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private <T> T inDirectory(Work<T> work) throws IOException {
        Deque<DirectoryStream<Path>> open = new ArrayDeque<>();
        try {
            SecureDirectoryStream<Path> directory = secure(Files.newDirectoryStream(root), open);
            for (int i = 0; i < path.getNameCount() - 1; i++) {
                directory = secure(directory.newDirectoryStream(path.getName(i), LinkOption.NOFOLLOW_LINKS), open);
            }
            return work.in(directory, path.getFileName());
        } finally {
            for (DirectoryStream<Path> stream : open) {
                stream.close();
            }
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream, Deque<DirectoryStream<Path>> open) {
        open.push(stream);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IllegalStateException("this Java opens no directories without following links");
    }
}
