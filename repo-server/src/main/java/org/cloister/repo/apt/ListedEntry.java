package org.cloister.repo.apt;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.listing.ListedPackage;

/** A package that a mirror lists: its paragraph as upstream has it, with the address that it has here. */
record ListedEntry(ListedPackage listed) implements IndexEntry {
    private static final FieldFilter UPSTREAMS = new FieldFilter(Set.of("filename"));

    @Override
    public PackageId id() {
        return listed.id();
    }

    @Override
    public byte[] paragraph() {
        return UPSTREAMS
                .apply(listed.stanza())
                .append("Filename: ")
                .append(PoolPath.of(id(), listed.artifact()))
                .append("\n\n")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
