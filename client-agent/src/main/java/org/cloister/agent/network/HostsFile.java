package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.cloister.events.RootName;

/**
 * The names of roots in {@code /etc/hosts} (hosts(5)), in a block of the agent's own; the rest of the file is never changed. {@code
 * ROOT.localhost} is this machine, where the leased port leads to the root (RFC 6761, 6.3); {@code ROOT.cloister.internal} is the root's own address.
 */
final class HostsFile {
    private static final String BEGIN = "# BEGIN cloister ";
    private static final String END = "# END cloister ";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final Pattern BLOCKS = Pattern.compile("(?ms)^" + BEGIN + "(\\w+)$.*?^" + END + "\\1$\\n?");

    private final Path file;
    private final String tag;

    HostsFile(Path file, NetworkNames names) {
        this.file = file;
        this.tag = names.tag();
    }

    static boolean isHostName(RootName root) {
        return NAME.matcher(root.text()).matches();
    }

    static String localName(RootName root) {
        return root + ".localhost";
    }

    static String ownName(RootName root) {
        return root + ".cloister.internal";
    }

    static String withoutBlocks(String text) {
        return BLOCKS.matcher(text).replaceAll("");
    }

    /** The block names these roots from now on; without any, it is gone. */
    void write(SortedMap<RootName, String> addresses) throws IOException {
        String text = Files.exists(file) ? Files.readString(file) : "";
        String others = Pattern.compile("(?ms)^" + BEGIN + tag + "$.*?^" + END + tag + "$\\n?")
                .matcher(text)
                .replaceAll("");
        StringBuilder next = new StringBuilder(others);
        if (!addresses.isEmpty()) {
            if (next.length() > 0 && next.charAt(next.length() - 1) != '\n') {
                next.append('\n');
            }
            next.append(BEGIN).append(tag).append('\n');
            for (Map.Entry<RootName, String> root : addresses.entrySet()) {
                if (isHostName(root.getKey())) {
                    next.append("127.0.0.1 ").append(localName(root.getKey())).append('\n');
                    next.append(root.getValue())
                            .append(' ')
                            .append(ownName(root.getKey()))
                            .append('\n');
                }
            }
            next.append(END).append(tag).append('\n');
        }
        if (!next.toString().equals(text)) {
            replace(next.toString());
        }
    }

    private void replace(String text) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".cloister");
        try {
            Files.writeString(fresh, text);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException mountPoint) {
            // In a container it is a mount of a single file, which can't be replaced.
            Files.deleteIfExists(fresh);
            Files.writeString(file, text);
        }
    }
}
