package org.cloister.agent.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * The host's files that a running root needs, as they are right in the network of each root: {@code DIRECTORY/ROOT/etc}. A name server on
 * the host's loopback network is no name server there.
 */
final class NetworkFiles {
    /** What systemd-resolved would ask itself; its own stub listens on the loopback interface alone (systemd-resolved.service(8)). */
    private static final Path BEHIND_STUB = Path.of("/run/systemd/resolve/resolv.conf");

    private static final String NAME_SERVER = "nameserver";
    private static final List<String> COPIED = List.of("hostname", "localtime");

    private final Path directory;
    private final Path hostFiles;

    NetworkFiles(Path directory, Path hostFiles) {
        this.directory = directory;
        this.hostFiles = hostFiles;
    }

    Path etc(RootName root) {
        return directory.resolve(root.text()).resolve("etc");
    }

    /** The name server of the loopback network that roots shall reach at their gateways, or null if they need none. */
    @Nullable
    String loopbackResolver() throws IOException {
        for (String line : resolvConf().lines().toList()) {
            String server = loopbackServer(line);
            if (server != null) {
                return server;
            }
        }
        return null;
    }

    /** @param gateways of all roots that have a network; @param resolver instead of name servers of the loopback network */
    void write(RootName root, String address, String resolver, SortedMap<RootName, String> gateways)
            throws IOException {
        Path etc = etc(root);
        Files.createDirectories(etc);
        StringBuilder names = new StringBuilder();
        resolvConf()
                .lines()
                .forEach(line -> names.append(loopbackServer(line) == null ? line : NAME_SERVER + " " + resolver)
                        .append('\n'));
        replace(etc.resolve("resolv.conf"), names.toString().getBytes(StandardCharsets.UTF_8));
        StringBuilder hosts = new StringBuilder(HostsFile.withoutBlocks(text(hostFiles.resolve("hosts"))));
        if (HostsFile.isHostName(root)) {
            hosts.append(address).append(' ').append(HostsFile.ownName(root)).append('\n');
        }
        gateways.keySet().stream()
                .filter(other -> !other.equals(root) && HostsFile.isHostName(other))
                .forEach(other -> hosts.append(gateways.get(root))
                        .append(' ')
                        .append(HostsFile.localName(other))
                        .append('\n'));
        replace(etc.resolve("hosts"), hosts.toString().getBytes(StandardCharsets.UTF_8));
        for (String name : COPIED) {
            if (Files.exists(hostFiles.resolve(name))) {
                replace(etc.resolve(name), Files.readAllBytes(hostFiles.resolve(name)));
            }
        }
    }

    /** Of roots that have no network any more. */
    void keepOnly(java.util.Set<RootName> roots) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> present = Files.list(directory)) {
            for (Path of : present.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                if (roots.stream()
                        .noneMatch(root -> root.text().equals(of.getFileName().toString()))) {
                    delete(of);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> below = Files.walk(directory)) {
            for (Path path : below.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    private String resolvConf() throws IOException {
        String host = text(hostFiles.resolve("resolv.conf"));
        boolean stub = host.lines().anyMatch(line -> loopbackServer(line) != null);
        return stub && Files.isReadable(BEHIND_STUB) ? text(BEHIND_STUB) : host;
    }

    private static @Nullable String loopbackServer(String line) {
        String[] words = line.strip().split("\\s+");
        return words.length > 1 && words[0].equals(NAME_SERVER) && words[1].startsWith("127.") ? words[1] : null;
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Optional<byte[]> present = Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        if (present.isPresent() && Arrays.equals(present.get(), content)) {
            return;
        }
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
