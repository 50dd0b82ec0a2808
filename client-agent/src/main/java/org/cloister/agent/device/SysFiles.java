package org.cloister.agent.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads sysfs (sysfs(5)), where anything may be missing the next moment: what can't be read is empty. Of foreign bytes only so many are
 * taken, and of text only what can be printed.
 */
final class SysFiles {
    /** Entries of one directory; a class of more devices isn't looked through further. */
    static final int MAX_ENTRIES = 2_048;
    /** Characters of an attribute that are kept. */
    static final int MAX_TEXT = 120;

    private static final int MAX_BYTES = 4_096;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._-]{0,63}");
    private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,8}):([0-9]{1,8})");

    private final Path top;

    SysFiles(Path top) {
        this.top = top;
    }

    /** Names in a directory that fit, sorted. */
    List<String> names(Path directory, Pattern form) {
        List<String> names = new ArrayList<>();
        int seen = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (NAME.matcher(name).matches() && form.matcher(name).matches()) {
                    names.add(name);
                }
                if (++seen >= MAX_ENTRIES) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }

    Path path(String below) {
        return top.resolve(below);
    }

    /** The text of an attribute on one line, without what can't be printed. */
    String text(Path attribute) {
        return printable(raw(attribute));
    }

    /** One line of ASCII, cut. */
    static String printable(String raw) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < raw.length() && text.length() < MAX_TEXT; i++) {
            char c = raw.charAt(i);
            text.append(c < ' ' || c > '~' ? ' ' : c);
        }
        return text.toString().strip().replaceAll(" +", " ");
    }

    /** As it stands there, without the line's end. */
    String raw(Path attribute) {
        try (InputStream in = Files.newInputStream(attribute)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).replaceAll("\n+$", "");
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * The file behind a loop device as {@link Images} makes them; empty for one that can be written, which is somebody else's, and one that goes with
     * its last user, which was given back.
     */
    String imageOf(Path loop) {
        boolean isOurs = !raw(loop.resolve("ro")).equals("0")
                && !raw(loop.resolve("loop/autoclear")).equals("1");
        return isOurs ? raw(loop.resolve("loop/backing_file")) : "";
    }

    /** Major and minor number of what has a {@code dev} attribute; null for everything else. */
    int @Nullable [] numbers(Path device) {
        Matcher numbers = NUMBERS.matcher(text(device.resolve("dev")));
        return numbers.matches()
                ? new int[] {Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))}
                : null;
    }

    /** Where a link of sysfs leads, relative to its top; empty if it leads elsewhere. */
    String real(Path link) {
        try {
            Path real = link.toRealPath();
            Path base = top.toRealPath();
            return real.startsWith(base) ? base.relativize(real).toString() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
