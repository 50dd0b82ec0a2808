package org.cloister.agent.root;

import java.nio.file.Path;
import org.cloister.events.RootName;

/** A package's desktop entry (freedesktop.org Desktop Entry Specification) as the desktop of the host may use it. */
final class DesktopEntry {
    private static final int MAX_LINES = 5_000;

    private DesktopEntry() {}

    /** Programs are started through {@code enter}; the desktop's bus can't start them itself. */
    static String rewritten(String entry, RootName root, Path enter, Path rootPath) {
        StringBuilder text = new StringBuilder();
        for (String line : entry.lines().limit(MAX_LINES).toList()) {
            if (line.startsWith("Exec=")) {
                text.append("Exec=\"").append(enter).append("\" ").append(line.substring("Exec=".length()));
            } else if (line.startsWith("Icon=/")) {
                text.append("Icon=").append(rootPath).append(line.substring("Icon=".length()));
            } else if (line.startsWith("TryExec=")) {
                text.append("TryExec=").append(enter);
            } else if (line.startsWith("DBusActivatable=")) {
                text.append("DBusActivatable=false");
            } else {
                text.append(line);
            }
            text.append('\n');
            if (line.equals("[Desktop Entry]")) {
                text.append("X-Cloister-Root=").append(root).append('\n');
            }
        }
        return text.toString();
    }
}
