package org.cloister.agent.command.audit;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;
import org.tukaani.xz.XZInputStream;

/** What a signed Release file names, and what an index that it names lists (Debian wiki, "DebianRepository/Format"). */
final class SignedIndexes {
    private static final int XZ_MEMORY_KIB = 256 * 1024;
    /** Of an index, expanded. */
    private static final long MAX_BYTES = 1L << 30;

    private SignedIndexes() {}

    /** The files of packages that the text of a Release file names, with their SHA-256, by name. */
    static Map<String, Digest> named(byte[] release) {
        Map<String, Digest> named = new LinkedHashMap<>();
        boolean listing = false;
        for (String line : new String(release, StandardCharsets.UTF_8).lines().toList()) {
            if (!line.startsWith(" ")) {
                listing = line.strip().equalsIgnoreCase("SHA256:");
                continue;
            }
            String[] parts = line.strip().split("\\s+");
            if (listing && parts.length == 3 && parts[0].length() == 64 && isIndex(parts[2])) {
                named.put(parts[2], new Digest(parts[0]));
            }
        }
        return named;
    }

    private static boolean isIndex(String name) {
        return name.matches("[^ ]*/binary-[^/]+/Packages(\\.xz|\\.gz|\\.zst)?");
    }

    /** One package of an index: what it is, and what its file is. */
    record Listed(PackageId id, Digest artifact) {}

    /** @throws IOException if the index can't be expanded */
    static Set<Listed> listed(String name, byte[] index) throws IOException {
        Set<Listed> listed = new HashSet<>();
        try (InputStream expanded = expanded(name, index);
                BufferedReader lines = new BufferedReader(new InputStreamReader(expanded, StandardCharsets.UTF_8))) {
            Map<String, String> fields = new HashMap<>();
            long read = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                read += line.length() + 1;
                if (read > MAX_BYTES) {
                    throw new IOException(name + " expands to more than an index has");
                }
                if (line.isBlank()) {
                    add(fields, listed);
                    fields.clear();
                } else {
                    field(line, fields);
                }
            }
            add(fields, listed);
        }
        return listed;
    }

    private static void field(String line, Map<String, String> fields) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.charAt(0) != ' ' && line.charAt(0) != '\t') {
            String field = line.substring(0, colon).toLowerCase(Locale.ROOT);
            switch (field) {
                case "package", "version", "architecture", "sha256" ->
                    fields.put(field, line.substring(colon + 1).strip());
                default -> {}
            }
        }
    }

    private static void add(Map<String, String> fields, Set<Listed> listed) {
        if (fields.size() == 4) {
            try {
                listed.add(new Listed(
                        PackageId.of(
                                fields.getOrDefault("package", ""),
                                fields.getOrDefault("version", ""),
                                fields.getOrDefault("architecture", "")),
                        new Digest(fields.getOrDefault("sha256", ""))));
            } catch (IllegalArgumentException e) {
                return;
            }
        }
    }

    private static InputStream expanded(String name, byte[] index) throws IOException {
        InputStream in = new ByteArrayInputStream(index);
        if (name.endsWith(".xz")) {
            return new XZInputStream(in, XZ_MEMORY_KIB);
        }
        if (name.endsWith(".zst")) {
            return new ZstdInputStream(in);
        }
        return name.endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}
