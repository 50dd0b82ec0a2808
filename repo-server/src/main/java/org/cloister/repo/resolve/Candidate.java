package org.cloister.repo.resolve;

import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.jspecify.annotations.Nullable;

/**
 * One version of a package that a closure may choose. Immutable and thread-safe; equal if the ids are equal. The relations are
 * kept as text and read when they are first asked for, so an index of a suite costs little time and memory.
 */
public final class Candidate {
    private final PackageId id;
    private final int hash;
    private final boolean essential;
    private final MultiArch multiArch;
    private final Priority priority;
    private final RelationFields fields;
    private final Object key;
    /** Read at most once per thread that races; every result is the same. */
    private @Nullable Relations relations;

    private Candidate(Paragraph control, PackageId id, Object key) {
        this.id = id;
        this.hash = id.hashCode();
        this.essential = "yes".equals(control.get("Essential"));
        this.multiArch = id.name().isRpm() ? MultiArch.FOREIGN : MultiArch.read(control.get("Multi-Arch"));
        this.priority = Priority.read(control.get("Priority"));
        this.fields = RelationFields.of(control, id.name().isRpm());
        this.key = key;
    }

    /**
     * A stanza of Packages or a package's control paragraph. The relations are not checked yet: {@link #relations()} does.
     *
     * @param key what the index's owner finds the package by; nothing here looks at it
     * @throws ControlSyntaxException if name, version or architecture is missing or malformed
     */
    public static Candidate read(Paragraph control, Object key) throws ControlSyntaxException {
        try {
            PackageId id = PackageId.of(
                    control.require("Package"), control.require("Version"), control.require("Architecture"));
            return new Candidate(control, id, key);
        } catch (IllegalArgumentException e) {
            throw new ControlSyntaxException(control.line(), String.valueOf(e.getMessage()));
        }
    }

    /** {@link #read} where name, version and architecture were read before. */
    public static Candidate of(PackageId id, Paragraph control, Object key) {
        return new Candidate(control, id, key);
    }

    public PackageId id() {
        return id;
    }

    public PackageName name() {
        return id.name();
    }

    public Architecture architecture() {
        return id.architecture();
    }

    /** A part of every root (Debian Policy 5.6.9). */
    public boolean essential() {
        return essential;
    }

    /** RPM packages count as FOREIGN: what they provide names its architecture where that matters. */
    public MultiArch multiArch() {
        return multiArch;
    }

    public Priority priority() {
        return priority;
    }

    public Object key() {
        return key;
    }

    /** @throws IllegalArgumentException if a field is malformed, with the field and the place */
    public Relations relations() {
        Relations read = relations;
        if (read == null) {
            read = fields.read(id.architecture());
            relations = read;
        }
        return read;
    }

    /** The names that it provides, without reading its other relations; none if the field is malformed. */
    List<PackageName> providedNames() {
        if (fields.provides().isEmpty()) {
            return List.of();
        }
        try {
            return fields.provided(id.architecture()).stream()
                    .map(Relation::name)
                    .distinct()
                    .toList();
        } catch (IllegalArgumentException malformed) {
            return List.of();
        }
    }

    /** What it provides; nothing if its relations are malformed. */
    List<Relation> provides() {
        return fields.provides().isEmpty() || defect() != null
                ? List.of()
                : relations().provides();
    }

    /** What is wrong with its relations; null if nothing is. */
    @Nullable
    String defect() {
        try {
            relations();
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Candidate candidate && candidate.hash == hash && candidate.id.equals(id));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
