package org.cloister.repo.listing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorEvent.PackagesWithdrawn;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What one mirror's complete indexes list. Immutable and thread-safe; states share what they have in common, so that keeping
 * many costs little more than what changed between them.
 */
public final class Listing {
    /** A mirror that was never indexed. */
    public static final Listing EMPTY = new Listing(null, TreePMap.empty());

    /** By name, then from old to new, then by architecture: as Packages files are sorted. */
    private static final Comparator<PackageId> ORDER = Comparator.comparing(PackageId::name)
            .thenComparing(PackageId::version)
            .thenComparing(id -> id.version().text())
            .thenComparing(PackageId::architecture);

    private static final Architecture FIRST = new Architecture("0");
    private static final DebianVersion OLDEST = new DebianVersion("0~~~~");

    private final @Nullable MirrorIndexed indexed;
    private final PSortedMap<String, PSortedMap<PackageId, ListedPackage>> components;

    private Listing(
            @Nullable MirrorIndexed indexed, PSortedMap<String, PSortedMap<PackageId, ListedPackage>> components) {
        this.indexed = indexed;
        this.components = components;
    }

    /** The state after these events of the mirror; those that say nothing of what is listed change nothing. */
    public Listing after(List<? extends MirrorEvent> events) {
        Listing after = this;
        for (MirrorEvent event : events) {
            after = after.after(event);
        }
        return after;
    }

    /** The state after one event: what a page says is visible at once, even before its synchronization's end. */
    public Listing after(MirrorEvent event) {
        if (event instanceof PackagesListed page) {
            return with(page);
        }
        if (event instanceof PackagesWithdrawn page) {
            return without(page);
        }
        return event instanceof MirrorIndexed end ? new Listing(end, components) : this;
    }

    /** With what the page lists, in place of what has the same ids in its component. */
    private Listing with(PackagesListed page) {
        PackedStanzas stanzas = PackedStanzas.of(page);
        PSortedMap<PackageId, ListedPackage> packages = packagesById(page.component());
        for (int i = 0; i < page.listed().size(); i++) {
            PackagesListed.Entry entry = page.listed().get(i);
            packages = packages.plus(
                    entry.id(), new ListedPackage(page.component(), page.architectures(), entry, stanzas, i));
        }
        return new Listing(indexed, components.plus(page.component(), packages));
    }

    /** Without what is withdrawn. */
    private Listing without(PackagesWithdrawn page) {
        PSortedMap<PackageId, ListedPackage> packages =
                packagesById(page.component()).minusAll(page.withdrawn());
        return new Listing(
                indexed,
                packages.isEmpty() ? components.minus(page.component()) : components.plus(page.component(), packages));
    }

    /** The end of the last synchronization; null if there was none. */
    public @Nullable MirrorIndexed indexed() {
        return indexed;
    }

    /** Those that list a package, in order. */
    public Set<String> components() {
        return components.keySet();
    }

    /** A component's packages by name, from old to new versions, by architecture; none if it lists none. */
    public Collection<ListedPackage> packages(String component) {
        return packagesById(component).values();
    }

    /** What a component's index for an architecture lists, {@code all} included, in the order of {@link #packages(String)}. */
    public Stream<ListedPackage> packages(String component, Architecture architecture) {
        return packages(component).stream()
                .filter(listed -> listed.architectures().contains(architecture));
    }

    /** Null if the component doesn't list it. */
    public @Nullable ListedPackage find(String component, PackageId id) {
        return packagesById(component).get(id);
    }

    /** All versions of a name in all components. */
    public List<ListedPackage> versions(PackageName name) {
        List<ListedPackage> versions = new ArrayList<>();
        for (PSortedMap<PackageId, ListedPackage> packages : components.values()) {
            for (ListedPackage listed :
                    packages.tailMap(new PackageId(name, OLDEST, FIRST)).values()) {
                if (!listed.id().name().equals(name)) {
                    break;
                }
                versions.add(listed);
            }
        }
        return versions;
    }

    /** The package whose file is there below the archive's root; null if there is none. Looks at every package if it must. */
    public @Nullable ListedPackage at(String filename) {
        return components.values().stream()
                .flatMap(packages -> packages.values().stream())
                .filter(listed -> listed.filename().equals(filename))
                .findFirst()
                .orElse(null);
    }

    public int size() {
        return components.values().stream().mapToInt(PSortedMap::size).sum();
    }

    private PSortedMap<PackageId, ListedPackage> packagesById(String component) {
        PSortedMap<PackageId, ListedPackage> packages = components.get(component);
        return packages == null ? TreePMap.empty(ORDER) : packages;
    }
}
