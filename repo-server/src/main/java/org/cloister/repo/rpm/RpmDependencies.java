package org.cloister.repo.rpm;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.cloister.events.deb.RpmVersion;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;

/**
 * The relations in a header, as rpm prints them: {@code NAME} or {@code NAME OPERATOR VERSION} (rpm-dependencies of rpm's manual). Rich
 * dependencies ({@code (a or b)}) are refused where they are needed and left out where they are wished.
 */
final class RpmDependencies {
    private static final int LESS = 1 << 1;
    private static final int GREATER = 1 << 2;
    private static final int EQUAL = 1 << 3;
    private static final int MISSING_OK = 1 << 19;
    /** Prereq, interpreter, %pre and %post: what scriptlets that run at an installation need. */
    private static final int OF_SCRIPTS = 1 << 6 | 1 << 8 | 1 << 9 | 1 << 10;

    private static final Pattern NAME = Pattern.compile("[!-~]{1,250}");
    private static final Pattern RPMLIB = Pattern.compile("rpmlib\\((\\w+)\\)");

    /** What of rpm's features this import or the agent has (rpm --showrc of rpm 4.18, less what isn't here). */
    private static final Set<String> FEATURES = Set.of(
            "VersionedDependencies",
            "CompressedFileNames",
            "PayloadFilesHavePrefix",
            "PayloadIsBzip2",
            "PayloadIsXz",
            "PayloadIsZstd",
            "ExplicitPackageProvide",
            "PartialHardlinkSets",
            "ConcurrentAccess",
            "HeaderLoadSortsTags",
            "ScriptletInterpreterArgs",
            "FileDigests",
            "FileCaps",
            "LargeFiles",
            "TildeInVersions",
            "CaretInVersions",
            "DynamicBuildRequires",
            /* Scriptlets in Lua aren't run, and that is said. */
            "BuiltinLuaScripts",
            /* Macros in scriptlets were expanded when the package was built, unless it asks for more. */
            "ScriptletExpansion");

    /** A family of relations: its three tags. @param strong whether one that isn't understood is refused */
    enum Kind {
        PROVIDES("Provides", 1047, 1113, 1112, false),
        REQUIRES("Requires", 1049, 1050, 1048, true),
        CONFLICTS("Conflicts", 1054, 1055, 1053, true),
        OBSOLETES("Obsoletes", 1090, 1115, 1114, true),
        RECOMMENDS("Recommends", 5046, 5047, 5048, false);

        private final String field;
        private final int names;
        private final int versions;
        private final int flags;
        private final boolean strong;

        Kind(String field, int names, int versions, int flags, boolean strong) {
            this.field = field;
            this.names = names;
            this.versions = versions;
            this.flags = flags;
            this.strong = strong;
        }

        String field() {
            return field;
        }
    }

    private final RpmHeader header;

    RpmDependencies(RpmHeader header) {
        this.header = header;
    }

    /** Without what scriptlets need. */
    List<String> lines(Kind kind) throws RefusedException {
        return lines(kind, false);
    }

    /** What has to be there before a scriptlet runs. */
    List<String> ofScripts() throws RefusedException {
        return lines(Kind.REQUIRES, true);
    }

    private List<String> lines(Kind kind, boolean ofScripts) throws RefusedException {
        List<String> names = header.texts(kind.names);
        List<String> versions = header.texts(kind.versions);
        long[] flags = header.numbers(kind.flags);
        if (!versions.isEmpty() && (versions.size() != names.size() || flags.length != names.size())) {
            throw new RefusedException(
                    Refusal.CORRUPT_HEADER, "a header is damaged: " + kind.field + " of uneven length");
        }
        Set<String> lines = new LinkedHashSet<>();
        for (int i = 0; i < names.size(); i++) {
            int flag = versions.isEmpty() ? 0 : (int) flags[i];
            boolean needed = kind.strong && (flag & MISSING_OK) == 0;
            boolean selected = kind != Kind.REQUIRES || ofScripts == ((flag & OF_SCRIPTS) != 0);
            if (selected && isForPackages(kind, names.get(i), needed) && (needed || !kind.strong)) {
                lines.add(line(names.get(i), versions.isEmpty() ? "" : versions.get(i), flag));
            }
        }
        return new ArrayList<>(lines);
    }

    /** False for what is asked of the installing program, and for what is left out. */
    private static boolean isForPackages(Kind kind, String name, boolean needed) throws RefusedException {
        var feature = RPMLIB.matcher(name);
        if (feature.matches() || name.startsWith("rpmlib(")) {
            if (needed && !(feature.matches() && FEATURES.contains(feature.group(1))) && !isRich(name)) {
                throw unsupported("it needs " + printable(name) + " of the program that installs it");
            }
            return false;
        }
        if (isRich(name) || !NAME.matcher(name).matches()) {
            if (needed) {
                throw unsupported(kind.field + " has " + printable(name)
                        + (isRich(name) ? ", a rich dependency" : ", which is no name"));
            }
            return false;
        }
        return true;
    }

    /** The feature itself is refused through the dependency that uses it, which says more. */
    private static boolean isRich(String name) {
        return name.startsWith("(") || name.equals("rpmlib(RichDependencies)");
    }

    private static RefusedException unsupported(String detail) {
        return new RefusedException(Refusal.NEEDS_UNSUPPORTED, detail);
    }

    private static String printable(String text) {
        String clean = text.replaceAll("[^ -~]", "?");
        return clean.length() > 200 ? clean.substring(0, 200) + "…" : clean;
    }

    private static String line(String name, String version, int flags) throws RefusedException {
        String operator = operator(flags);
        if (operator.isEmpty() || operator.startsWith("<>") || version.isEmpty()) {
            return name;
        }
        try {
            return name + " " + operator + " " + new RpmVersion(version);
        } catch (IllegalArgumentException e) {
            RefusedException refused =
                    new RefusedException(Refusal.BAD_CONTROL, "the relation to " + name + " has " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    private static String operator(int flags) {
        return ((flags & LESS) != 0 ? "<" : "")
                + ((flags & GREATER) != 0 ? ">" : "")
                + ((flags & EQUAL) != 0 ? "=" : "");
    }
}
