package org.cloister.agent.command.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;

/**
 * Where a socket listens, and whom its mode lets in: its owner (0600), or the group {@code cloister} too (0660). It appears with
 * its final mode: there is no moment in which others could connect.
 */
public record SocketFile(Path path, boolean forGroup) {
    private static final String GROUP = "cloister";
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_AND_GROUP = PosixFilePermissions.fromString("rw-rw----");

    /** @throws IOException if somebody listens there already, naming the path */
    ServerSocketChannel bind(int backlog) throws IOException {
        if (Files.exists(path) && answers()) {
            throw new IOException(path + " is in use: another agent runs; stop it, or use it");
        }
        Path own = Files.createTempDirectory(path.toAbsolutePath().resolveSibling(""), ".sock");
        Path unseen = own.resolve("s");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(unseen), backlog);
            restrict(unseen);
            Files.move(unseen, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            Files.deleteIfExists(unseen);
            throw e;
        } finally {
            Files.deleteIfExists(own);
        }
    }

    private void restrict(Path socket) throws IOException {
        if (forGroup) {
            try {
                GroupPrincipal group =
                        socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
                PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
                view.setGroup(group);
            } catch (UserPrincipalNotFoundException e) {
                // Without that group the owner's own group is let in.
            }
        }
        Files.setPosixFilePermissions(socket, forGroup ? OWNER_AND_GROUP : OWNER);
    }

    private boolean answers() throws IOException {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException | NoSuchFileException e) {
            return false;
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
