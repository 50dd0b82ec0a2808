package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a service wrote, in a file and older ones beside it (keeper.pl). */
final class ServiceLog {
    private static final int MAX_FILES = 4;
    private static final int MAX_LINES = 100_000;

    private ServiceLog() {}

    /** The last lines of the log whose newest file this is: at most {@code lines}, and {@value #MAX_LINES}. */
    static List<String> tail(Path newest, int lines) throws IOException {
        Deque<String> tail = new ArrayDeque<>();
        int limit = Math.max(0, Math.min(lines, MAX_LINES));
        for (int older = 0; older < MAX_FILES && tail.size() < limit; older++) {
            Path file = older == 0 ? newest : newest.resolveSibling(newest.getFileName() + "." + older);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                break;
            }
            List<String> text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            for (int i = text.size() - 1; i >= 0 && tail.size() < limit; i--) {
                tail.addFirst(text.get(i));
            }
        }
        return List.copyOf(tail);
    }
}
