package org.cloister.agent.root;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/**
 * What a root offers to people: the programs of its own package and the alternatives that its scripts made for them.
 *
 * @param commands absolute path inside by name
 * @param desktopEntries by path
 * @param areBorrowed whether these are other packages' own, which offer them too where they have a root
 */
public record Exports(SortedMap<String, String> commands, List<ManifestEntry> desktopEntries, boolean areBorrowed) {
    static final Exports NONE = new Exports(new TreeMap<>(), List.of(), false);
    private static final List<String> DIRECTORIES = List.of("usr/sbin/", "usr/games/", "usr/bin/");
    private static final String ALTERNATIVES = "/etc/alternatives/";
    private static final String APPLICATIONS = "usr/share/applications/";
    private static final int ANY_EXECUTE = 0111;

    /** @param own the package's layer; @param configured the root's configured layer */
    public static Exports of(Manifest own, Manifest configured) {
        SortedMap<String, String> commands = new TreeMap<>();
        List<ManifestEntry> desktop = new ArrayList<>();
        Map<String, ManifestEntry> shipped = new HashMap<>();
        for (ManifestEntry entry : own.entries()) {
            shipped.put("/" + entry.path(), entry);
            if (isProgram(entry)) {
                commands.put(entry.name(), "/" + entry.path());
            }
            if (entry.path().startsWith(APPLICATIONS) && entry.path().endsWith(".desktop")) {
                desktop.add(entry);
            }
        }
        Map<String, String> chosen = new HashMap<>();
        for (ManifestEntry entry : configured.entries()) {
            if (entry.type() == EntryType.SYMLINK) {
                chosen.put("/" + entry.path(), entry.argument());
            }
        }
        for (Map.Entry<String, String> link : chosen.entrySet()) {
            String path = link.getKey();
            String target = chosen.get(link.getValue());
            if (isInProgramDirectory(path)
                    && link.getValue().startsWith(ALTERNATIVES)
                    && target != null
                    && shipped.containsKey(target)) {
                commands.putIfAbsent(path.substring(path.lastIndexOf('/') + 1), path);
            }
        }
        return new Exports(commands, List.copyOf(desktop), false);
    }

    Exports with(String name, Optional<String> path) {
        SortedMap<String, String> more = new TreeMap<>(commands);
        path.ifPresent(program -> more.put(name, program));
        return new Exports(more, desktopEntries, areBorrowed);
    }

    /** What both offer; this one's comes first where both have a name. */
    Exports with(Exports other) {
        SortedMap<String, String> more = new TreeMap<>(other.commands);
        more.putAll(commands);
        List<ManifestEntry> entries = new ArrayList<>(desktopEntries);
        entries.addAll(other.desktopEntries);
        return new Exports(more, List.copyOf(entries), areBorrowed);
    }

    Exports borrowed() {
        return new Exports(commands, desktopEntries, true);
    }

    boolean isEmpty() {
        return commands.isEmpty() && desktopEntries.isEmpty();
    }

    private static boolean isProgram(ManifestEntry entry) {
        boolean executable = entry.type() == EntryType.SYMLINK
                || entry.type() == EntryType.HARD_LINK
                || (entry.type() == EntryType.FILE && (entry.mode() & ANY_EXECUTE) != 0);
        return executable && isInProgramDirectory("/" + entry.path());
    }

    private static boolean isInProgramDirectory(String path) {
        return DIRECTORIES.stream()
                .anyMatch(directory -> path.startsWith("/" + directory)
                        && path.indexOf('/', directory.length() + 1) < 0
                        && path.length() > directory.length() + 1);
    }
}
