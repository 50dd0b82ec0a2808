package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;

/**
 * The packages that closures may choose from: any number of versions per name, at most one candidate per id. Immutable and
 * thread-safe; {@link #with} and {@link #without} cost microseconds, whatever the size. Yanked packages are not in it.
 */
public final class PackageIndex {
    public static final PackageIndex EMPTY = new PackageIndex(NameMap.EMPTY, NameMap.EMPTY, new TreeSet<>(), 0);

    /** By name, then newest first, then by architecture: independent of the order in which they came. */
    private static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::name)
            .thenComparing(candidate -> candidate.id().version(), Comparator.reverseOrder())
            .thenComparing(candidate -> candidate.id().version().text())
            .thenComparing(Candidate::architecture);

    private final NameMap versions;
    private final NameMap providers;
    private final SortedSet<PackageName> essential;
    private final int size;

    private PackageIndex(NameMap versions, NameMap providers, SortedSet<PackageName> essential, int size) {
        this.versions = versions;
        this.providers = providers;
        this.essential = essential;
        this.size = size;
    }

    /** All of {@code candidates}; of several with one id, the last. */
    public static PackageIndex of(Collection<Candidate> candidates) {
        Map<PackageId, Candidate> unique = new LinkedHashMap<>(candidates.size() * 2);
        candidates.forEach(candidate -> unique.put(candidate.id(), candidate));
        Map<PackageName, List<Candidate>> versions = new HashMap<>();
        Map<PackageName, List<Candidate>> providers = new HashMap<>();
        SortedSet<PackageName> essential = new TreeSet<>();
        for (Candidate candidate : unique.values()) {
            file(versions, candidate.name(), candidate);
            candidate.providedNames().forEach(name -> file(providers, name, candidate));
            if (candidate.essential()) {
                essential.add(candidate.name());
            }
        }
        versions.values().forEach(list -> list.sort(ORDER));
        providers.values().forEach(list -> list.sort(ORDER));
        return new PackageIndex(NameMap.of(versions), NameMap.of(providers), essential, unique.size());
    }

    private static void file(Map<PackageName, List<Candidate>> map, PackageName name, Candidate candidate) {
        map.computeIfAbsent(name, any -> new ArrayList<>(1)).add(candidate);
    }

    /** A copy with {@code candidate}, in place of the one of the same id. */
    public PackageIndex with(Candidate candidate) {
        PackageIndex rest = without(candidate.id());
        NameMap provided = rest.providers;
        for (PackageName name : candidate.providedNames()) {
            provided = provided.with(name, added(provided.get(name), candidate));
        }
        NameMap named = rest.versions.with(candidate.name(), added(rest.versions(candidate.name()), candidate));
        return new PackageIndex(named, provided, essentialAfter(named, candidate.name()), rest.size + 1);
    }

    /** A copy without the candidate of this id; the same if there is none. */
    public PackageIndex without(PackageId id) {
        Candidate candidate = find(id).orElse(null);
        if (candidate == null) {
            return this;
        }
        NameMap provided = providers;
        for (PackageName name : candidate.providedNames()) {
            provided = provided.with(name, removed(provided.get(name), candidate));
        }
        NameMap named = versions.with(id.name(), removed(versions(id.name()), candidate));
        return new PackageIndex(named, provided, essentialAfter(named, id.name()), size - 1);
    }

    private static List<Candidate> added(List<Candidate> list, Candidate candidate) {
        List<Candidate> copy = new ArrayList<>(list);
        copy.add(candidate);
        copy.sort(ORDER);
        return copy;
    }

    private static List<Candidate> removed(List<Candidate> list, Candidate candidate) {
        return list.stream().filter(other -> !other.equals(candidate)).toList();
    }

    private SortedSet<PackageName> essentialAfter(NameMap named, PackageName name) {
        boolean now = named.get(name).stream().anyMatch(Candidate::essential);
        if (now == essential.contains(name)) {
            return essential;
        }
        SortedSet<PackageName> copy = new TreeSet<>(essential);
        if (now) {
            copy.add(name);
        } else {
            copy.remove(name);
        }
        return copy;
    }

    public Optional<Candidate> find(PackageId id) {
        return versions(id.name()).stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst();
    }

    /** The packages of this name, the newest first. */
    public List<Candidate> versions(PackageName name) {
        return versions.get(name);
    }

    /** The packages that list this name in Provides, by name, the newest first. */
    public List<Candidate> providers(PackageName name) {
        return providers.get(name);
    }

    /** Names of which some version is essential, in order. */
    Collection<PackageName> essential() {
        return essential;
    }

    /** Every candidate, in no order that means anything. */
    public Stream<Candidate> all() {
        return versions.all();
    }

    public int size() {
        return size;
    }
}
