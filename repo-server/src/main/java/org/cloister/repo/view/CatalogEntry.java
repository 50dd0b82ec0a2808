package org.cloister.repo.view;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.repo.decide.PackageState;
import org.cloister.repo.decide.PackageState.Published;
import org.jspecify.annotations.Nullable;

/** One name in the catalog. Immutable. */
public final class CatalogEntry {
    private static final Comparator<Published> NEWEST_FIRST = Comparator.comparing(
                    (Published version) -> version.event().id().version())
            .reversed()
            .thenComparing(version -> version.event().id().architecture());
    private static final String DESCRIPTION = "\nDescription:";

    private final PackageName name;
    private final PackageState state;
    private final String synopsis;
    private final String searched;
    private final Map<Architecture, Version> newest = new HashMap<>();

    CatalogEntry(PackageName name, PackageState state) {
        this.name = name;
        this.state = state;
        this.synopsis = state.versions().values().stream()
                .max(Comparator.comparing(version -> version.event().id().version()))
                .map(version -> synopsis(version.event().control()))
                .orElse("");
        this.searched = (name + "\n" + synopsis).toLowerCase(Locale.ROOT);
        for (Published version : state.versions().values()) {
            if (!version.yanked()) {
                PackageId id = version.event().id();
                newest.merge(id.architecture(), id.version(), (one, other) -> one.compareTo(other) < 0 ? other : one);
            }
        }
    }

    public PackageName name() {
        return name;
    }

    public PackageState state() {
        return state;
    }

    /** The first line of the newest version's Description (Debian Policy 5.6.13). */
    public String synopsis() {
        return synopsis;
    }

    /** All versions, yanked ones too, newest first. */
    public List<Published> versions() {
        return state.versions().values().stream().sorted(NEWEST_FIRST).toList();
    }

    /** The newest version that isn't yanked, or null. */
    public @Nullable Version newest(Architecture architecture) {
        return newest.get(architecture);
    }

    boolean matches(String lowerCase) {
        return searched.contains(lowerCase);
    }

    /** Field names are without regard to case (Debian Policy 5.1), and a field begins a line. */
    private static String synopsis(String control) {
        String text = "\n" + control;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (text.regionMatches(true, at, DESCRIPTION, 0, DESCRIPTION.length())) {
                int start = at + DESCRIPTION.length();
                int end = text.indexOf('\n', start);
                return text.substring(start, end < 0 ? text.length() : end).strip();
            }
        }
        return "";
    }
}
