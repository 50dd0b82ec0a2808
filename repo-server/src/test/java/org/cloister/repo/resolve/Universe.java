package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;

/** A few packages for a test, in a short notation: {@code "a 1 amd64; Depends: b, c; Multi-Arch: same"}. */
final class Universe {
    static final Architecture AMD64 = new Architecture("amd64");

    private PackageIndex index = PackageIndex.EMPTY;

    static Universe of(String... packages) {
        Universe universe = new Universe();
        for (String line : packages) {
            universe.index = universe.index.with(candidate(line));
        }
        return universe;
    }

    static Candidate candidate(String line) {
        String[] parts = line.split(";");
        String[] id = parts[0].strip().split(" ");
        StringBuilder control = new StringBuilder("Package: " + id[0] + "\nVersion: " + (id.length > 1 ? id[1] : "1")
                + "\nArchitecture: " + (id.length > 2 ? id[2] : "amd64") + "\n");
        for (int i = 1; i < parts.length; i++) {
            control.append(parts[i].strip()).append('\n');
        }
        try {
            return Candidate.read(Paragraph.parse(control.toString(), ControlLimits.PACKAGE), line);
        } catch (ControlSyntaxException e) {
            throw new AssertionError(line, e);
        }
    }

    PackageIndex index() {
        return index;
    }

    /** The closure in configuration order as {@code name=version} words (with {@code :arch} if foreign), or the explanation. */
    String resolve(String... wanted) {
        return resolve(Preferences.DEFAULT, wanted);
    }

    String resolve(Preferences preferences, String... wanted) {
        return describe(new ClosureResolver().resolve(index, new Request(wanted(wanted), AMD64, preferences)));
    }

    static List<Wanted> wanted(String... words) {
        List<Wanted> wanted = new ArrayList<>();
        for (String word : words) {
            String[] parts = word.split("=");
            wanted.add(new Wanted(new PackageName(parts[0]), parts.length > 1 ? new DebianVersion(parts[1]) : null));
        }
        return wanted;
    }

    static Preferences withForeign(String architecture) {
        return new Preferences(Set.of(new Architecture(architecture)), Set.of(), Set.of());
    }

    static String describe(Resolution resolution) {
        if (resolution instanceof Resolution.Resolved resolved) {
            return String.join(
                    " ",
                    resolved.inConfigurationOrder().stream()
                            .map(Universe::describe)
                            .toList());
        }
        return "NO: " + ((Resolution.Unsatisfiable) resolution).explanation();
    }

    private static String describe(Candidate candidate) {
        String architecture = candidate.architecture().text();
        boolean foreign = !architecture.equals("amd64") && !architecture.equals("all");
        return candidate.name() + "=" + candidate.id().version() + (foreign ? ":" + architecture : "");
    }
}
