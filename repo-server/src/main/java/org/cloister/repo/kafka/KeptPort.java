package org.cloister.repo.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A port that was free once and is used again while it is. */
final class KeptPort {
    private KeptPort() {}

    /** The port in {@code file} unless somebody has it now; otherwise a free one, written there. */
    static int of(Path file, String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        if (Files.exists(file)) {
            int former = Integer.parseInt(Files.readString(file).strip());
            if (isFree(former, address)) {
                return former;
            }
        }
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            Files.writeString(file, Integer.toString(socket.getLocalPort()));
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(int port, InetAddress address) {
        try (ServerSocket socket = new ServerSocket(port, 1, address)) {
            return socket.getLocalPort() == port;
        } catch (IOException e) {
            return false;
        }
    }
}
