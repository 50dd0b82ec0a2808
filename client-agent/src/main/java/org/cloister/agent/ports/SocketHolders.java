package org.cloister.agent.ports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which processes hold which sockets ({@code /proc/PID/fd}, proc(5)): of those that this process may look into. */
public final class SocketHolders {
    private static final Path PROCESSES = Path.of("/proc");
    private static final Pattern SOCKET = Pattern.compile("socket:\\[([0-9]{1,18})]");
    private static final String ROOT = "\0CLOISTER_ROOT_NAME=";

    private SocketHolders() {}

    /** The processes that hold one of the sockets, as {@code NAME(PID)}, by the inode: of each the one with the smallest number. */
    public static Map<Long, String> names(Set<Long> inodes) throws IOException {
        Map<Long, Integer> holders = new HashMap<>();
        for (int pid : processes()) {
            for (long inode : sockets(pid)) {
                if (inodes.contains(inode)) {
                    holders.merge(inode, pid, Math::min);
                }
            }
        }
        Map<Long, String> names = new TreeMap<>();
        holders.forEach((inode, pid) -> names.put(inode, text(pid, "comm").strip() + "(" + pid + ")"));
        return names;
    }

    /** The sockets of all programs that were started in a root, whichever network they are in. */
    public static Set<Long> ofRoot(String root) throws IOException {
        Set<Long> inodes = new HashSet<>();
        for (int pid : processes()) {
            if (("\0" + text(pid, "environ")).contains(ROOT + root + "\0")) {
                inodes.addAll(sockets(pid));
            }
        }
        return inodes;
    }

    private static Set<Integer> processes() throws IOException {
        Set<Integer> pids = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROCESSES, "[1-9]*")) {
            entries.forEach(
                    entry -> pids.add(Integer.parseInt(entry.getFileName().toString())));
        }
        return pids;
    }

    private static Set<Long> sockets(int pid) {
        Set<Long> inodes = new HashSet<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(PROCESSES.resolve(pid + "/fd"))) {
            for (Path descriptor : open) {
                Matcher socket =
                        SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
                if (socket.matches()) {
                    inodes.add(Long.parseLong(socket.group(1)));
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // It has ended, or is somebody else's.
            return inodes;
        }
        return inodes;
    }

    private static String text(int pid, String name) {
        try {
            return Files.readString(PROCESSES.resolve(pid + "/" + name), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has ended, or is somebody else's.
            return "";
        }
    }
}
