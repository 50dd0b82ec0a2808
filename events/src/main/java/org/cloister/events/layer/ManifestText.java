package org.cloister.events.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The canonical text of a manifest ({@code docs/protocol.md}, "Layer manifest"). */
final class ManifestText {
    private static final String HEADER = "cloister-manifest 1\n";
    private static final int FIXED_FIELDS = 8;
    private static final char NOTHING_ELSE = '%';

    private ManifestText() {}

    static String write(Manifest manifest) {
        StringBuilder out =
                new StringBuilder(HEADER.length() + manifest.entries().size() * 120);
        out.append(HEADER);
        for (ManifestEntry entry : manifest.entries()) {
            write(out, entry);
        }
        return out.toString();
    }

    private static void write(StringBuilder out, ManifestEntry entry) {
        out.append(entry.type().letter())
                .append('\t')
                .append(Integer.toOctalString(entry.mode()))
                .append('\t')
                .append(entry.uid())
                .append('\t')
                .append(entry.gid())
                .append('\t')
                .append(entry.mtime())
                .append('\t')
                .append(entry.size())
                .append('\t');
        Escape.append(out, entry.path(), NOTHING_ELSE);
        out.append('\t');
        if (entry.argument().isEmpty()) {
            out.append('-');
        } else {
            Escape.append(out, entry.argument(), NOTHING_ELSE);
        }
        for (Map.Entry<String, String> xattr : new TreeMap<>(entry.xattrs()).entrySet()) {
            out.append('\t');
            Escape.append(out, xattr.getKey(), '=');
            out.append('=').append(xattr.getValue());
        }
        out.append('\n');
    }

    static Manifest parse(String text) {
        if (!text.startsWith(HEADER) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("not a manifest of version 1, or cut");
        }
        List<ManifestEntry> entries = new ArrayList<>();
        int start = HEADER.length();
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            entries.add(parseLine(text.substring(start, end)));
            if (entries.size() > Manifest.MAX_ENTRIES) {
                throw new IllegalArgumentException("more than " + Manifest.MAX_ENTRIES + " entries");
            }
            start = end + 1;
        }
        Manifest manifest = new Manifest(entries);
        if (!write(manifest).equals(text)) {
            throw new IllegalArgumentException("the manifest isn't in its canonical form");
        }
        return manifest;
    }

    private static ManifestEntry parseLine(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length < FIXED_FIELDS) {
            throw new IllegalArgumentException("a manifest line has at least 8 fields: " + line);
        }
        EntryType type = EntryType.of(fields[0]);
        boolean bare = fields[7].equals("-") && type != EntryType.SYMLINK && type != EntryType.HARD_LINK;
        return new ManifestEntry(
                type,
                Escape.undo(fields[6]),
                Integer.parseInt(fields[1], 8),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                FileTime.parse(fields[4]),
                Long.parseLong(fields[5]),
                bare ? "" : Escape.undo(fields[7]),
                xattrs(fields));
    }

    private static Map<String, String> xattrs(String[] fields) {
        if (fields.length == FIXED_FIELDS) {
            return Map.of();
        }
        Map<String, String> xattrs = new HashMap<>();
        for (int i = FIXED_FIELDS; i < fields.length; i++) {
            int equals = fields[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not NAME=BASE64: " + fields[i]);
            }
            xattrs.put(Escape.undo(fields[i].substring(0, equals)), fields[i].substring(equals + 1));
        }
        return xattrs;
    }
}
