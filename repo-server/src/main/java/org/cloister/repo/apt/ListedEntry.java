package org.cloister.repo.apt;

import java.nio.charset.StandardCharsets;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.listing.ListedPackage;

/** A package that a mirror lists: its paragraph as upstream has it, with the address that it has here. */
record ListedEntry(ListedPackage listed) implements IndexEntry {
    private static final String FILENAME = "\nFilename:";

    @Override
    public PackageId id() {
        return listed.id();
    }

    @Override
    public byte[] paragraph() {
        String stanza = listed.stanza();
        int field = stanza.indexOf(FILENAME);
        int end = field < 0 ? -1 : stanza.indexOf('\n', field + 1);
        StringBuilder text = new StringBuilder(stanza.length() + 100);
        text.append(stanza, 0, field < 0 ? stanza.length() : field + 1)
                .append("Filename: ")
                .append(PoolPath.of(id(), listed.artifact()))
                .append('\n')
                .append(stanza, end < 0 ? stanza.length() : end + 1, stanza.length())
                .append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
