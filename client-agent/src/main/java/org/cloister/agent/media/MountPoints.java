package org.cloister.agent.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is mounted where (proc_pid_mountinfo(5)): asked of the kernel, since a mount that hangs answers nobody else. */
final class MountPoints {
    private static final Pattern BLANK = Pattern.compile(" ");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final int POINT = 4;
    private static final int OCTAL = 8;

    private MountPoints() {}

    /** The mount points at or below {@code top}, the last one that was mounted first; of several at one place each. */
    static List<Path> below(Path top, Path mountinfo) throws IOException {
        List<Path> points = new ArrayList<>();
        for (String line :
                Files.readString(mountinfo, StandardCharsets.ISO_8859_1).split("\n")) {
            String[] words = BLANK.split(line);
            if (words.length > POINT) {
                Path point = Path.of(unescaped(words[POINT]));
                if (point.startsWith(top)) {
                    points.add(point);
                }
            }
        }
        Collections.reverse(points);
        return points;
    }

    private static String unescaped(String word) {
        String bytes = ESCAPED.matcher(word)
                .replaceAll(octal ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), OCTAL))));
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
