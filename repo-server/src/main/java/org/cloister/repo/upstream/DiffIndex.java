package org.cloister.repo.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.Digest;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.jspecify.annotations.Nullable;

/**
 * {@code Packages.diff/Index} (Debian wiki, "DebianRepository/Format"): how to get from older states of an index to the present
 * one.
 *
 * @param current the state that the patches lead to
 * @param history older states from old to new
 * @param merged whether each patch leads to {@code current}, not to the state after its own
 */
record DiffIndex(Digest current, List<State> history, boolean merged) {
    private static final int MAX_STATES = 10_000;

    /**
     * An older state.
     *
     * @param content of the whole index then
     * @param patch what leads on from there, uncompressed
     * @param download the same, compressed with gzip
     * @param name of the patch; its file has {@code .gz} behind it
     */
    record State(Digest content, Sized patch, Sized download, String name) {}

    /** A digest and the bytes that it is of. */
    record Sized(Digest digest, long size) {}

    /** @throws UpstreamException {@code MALFORMED}, naming the field */
    static DiffIndex parse(byte[] text) throws UpstreamException {
        try {
            Paragraph fields = Paragraph.parse(new String(text, StandardCharsets.UTF_8), ControlLimits.RELEASE);
            Map<String, Sized> patches = named(fields, "SHA256-Patches", "");
            Map<String, Sized> downloads = named(fields, "SHA256-Download", ".gz");
            List<State> history = new ArrayList<>();
            for (String line : fields.lines("SHA256-History")) {
                String[] words = words(line, 3);
                Sized patch = patches.get(words[2]);
                Sized download = downloads.get(words[2]);
                if (patch == null || download == null) {
                    throw malformed("no digests of the patch " + words[2]);
                }
                history.add(new State(sized(words).digest(), patch, download, words[2]));
            }
            Digest current = sized(words(fields.require("SHA256-Current"), 2)).digest();
            return new DiffIndex(current, history, "merged".equals(fields.get("X-Patch-Precedence")));
        } catch (ControlSyntaxException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Sized> named(Paragraph fields, String field, String suffix) throws UpstreamException {
        Map<String, Sized> named = new HashMap<>();
        for (String line : fields.lines(field)) {
            String[] words = words(line, 3);
            if (!SafePath.isSafe(words[2]) || words[2].indexOf('/') >= 0 || named.size() == MAX_STATES) {
                throw malformed(field + ": " + line);
            }
            if (words[2].endsWith(suffix)) {
                named.put(words[2].substring(0, words[2].length() - suffix.length()), sized(words));
            }
        }
        return named;
    }

    private static String[] words(String line, int count) throws UpstreamException {
        String[] words = line.strip().split("\\s+");
        if (words.length != count || !words[1].matches("[0-9]{1,15}")) {
            throw malformed("not " + count + " words with a size: " + line);
        }
        return words;
    }

    private static Sized sized(String[] words) throws UpstreamException {
        try {
            return new Sized(new Digest(words[0]), Long.parseLong(words[1]));
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static UpstreamException malformed(String what) {
        return new UpstreamException(UpstreamException.Problem.MALFORMED, "Packages.diff/Index: " + what);
    }

    /** The patches to apply one after the other to {@code content}; null if it isn't in the history. */
    @Nullable
    List<State> from(Digest content) {
        for (int i = 0; i < history.size(); i++) {
            if (history.get(i).content().equals(content)) {
                return merged ? List.of(history.get(i)) : history.subList(i, history.size());
            }
        }
        return null;
    }
}
