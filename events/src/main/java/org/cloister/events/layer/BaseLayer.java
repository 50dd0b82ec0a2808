package org.cloister.events.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * The lowest layer of every root: the usr-merge links (Debian's {@code usrmerge}) and the directories that a Linux root
 * needs even where no package ships them (FHS 3.0, chapter 3). root's home is {@code home/root}, where {@code root} leads,
 * like everyone's below {@code home}: one place to hide homes from a recursive delete. The same bytes everywhere and for
 * ever.
 */
public final class BaseLayer {
    private static final List<String> MERGED = List.of("bin", "lib", "lib32", "lib64", "libx32", "sbin");
    private static final List<String> DIRECTORIES = List.of(
            "boot",
            "dev",
            "etc",
            "home",
            "media",
            "mnt",
            "opt",
            "proc",
            "run",
            "srv",
            "sys",
            "usr",
            "var",
            "var/lib",
            "var/lib/dpkg",
            "var/lib/dpkg/info");
    private static final Manifest MANIFEST = build();

    private BaseLayer() {}

    public static Manifest manifest() {
        return MANIFEST;
    }

    /** The names directly below the root that are links into {@code usr}. */
    public static List<String> mergedNames() {
        return MERGED;
    }

    /** {@code bin/x} becomes {@code usr/bin/x}; everything else stays. */
    public static String canonicalPath(String path) {
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        return MERGED.contains(first) ? "usr/" + path : path;
    }

    private static Manifest build() {
        List<ManifestEntry> entries = new ArrayList<>();
        for (String name : MERGED) {
            entries.add(ManifestEntry.symlink(name, 0, 0, FileTime.EPOCH, "usr/" + name));
            entries.add(ManifestEntry.directory("usr/" + name, 0755, 0, 0, FileTime.EPOCH));
        }
        for (String path : DIRECTORIES) {
            entries.add(ManifestEntry.directory(path, 0755, 0, 0, FileTime.EPOCH));
        }
        entries.add(ManifestEntry.directory("home/root", 0700, 0, 0, FileTime.EPOCH));
        entries.add(ManifestEntry.symlink("root", 0, 0, FileTime.EPOCH, "home/root"));
        entries.add(ManifestEntry.directory("tmp", 01777, 0, 0, FileTime.EPOCH));
        return Manifest.of(entries);
    }
}
