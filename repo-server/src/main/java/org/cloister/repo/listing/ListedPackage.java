package org.cloister.repo.listing;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;

/**
 * One package as a component's indexes list it. Immutable; the same object in every {@link Listing} until it is listed anew, so
 * that what was made from it can be kept by identity. Its stanza is kept compressed with its neighbours'.
 */
public final class ListedPackage {
    private final String component;
    private final List<Architecture> architectures;
    private final PackagesListed.Entry entry;
    private final PackedStanzas page;
    private final int index;

    ListedPackage(
            String component,
            List<Architecture> architectures,
            PackagesListed.Entry entry,
            PackedStanzas page,
            int index) {
        this.component = component;
        this.architectures = architectures;
        this.entry = entry;
        this.page = page;
        this.index = index;
    }

    public PackageId id() {
        return entry.id();
    }

    public String component() {
        return component;
    }

    /** Of the indexes that list it, in order: more than one for a package of architecture all. */
    public List<Architecture> architectures() {
        return architectures;
    }

    /** What the package file must be. */
    public Digest artifact() {
        return entry.artifact();
    }

    /** The package file's bytes. */
    public long size() {
        return entry.size();
    }

    /** Where the package file is below the archive's root. */
    public String filename() {
        return entry.filename();
    }

    /**
     * The paragraph of the index, with its last line end, without the empty line after it. Cheap for neighbours one after the
     * other; else it costs a tenth of a millisecond.
     *
     * @throws IllegalStateException if the log's text isn't what the event says
     */
    public String stanza() {
        return page.get(index);
    }

    @Override
    public String toString() {
        return entry.id() + " of " + component;
    }
}
