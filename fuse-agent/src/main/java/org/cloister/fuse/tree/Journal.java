package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * Hears every change of a root's writable layer, in order, under the root's lock, and must not block. What it heard up
 * to any moment is a consistent state.
 */
public interface Journal {
    /** Attributes or the existence of {@code node} changed; the latest state counts. */
    void changed(UpperNode node);

    /** As {@link #changed}, of a node that has no name and is only known by its number. */
    void changedUnlinked(UpperNode node);

    /**
     * The content of {@code node} takes the place of content that there was: it must not be lost in a power failure that the
     * names and attributes survive.
     */
    void replaces(UpperNode node);

    /** {@code node} has no name any more. Its content may be deleted once this is durable. */
    void removed(UpperNode node);

    /** Nobody knows {@code node}, which has no name, any more: not even by its number. */
    void forgotten(UpperNode node);

    /** Inode numbers are from now on as {@code numbering} says. */
    void renumbered(Numbering numbering);

    /** {@code child} stands under {@code name}; null: the shipped name is hidden. */
    void named(UpperNode directory, String name, @Nullable UpperNode child);

    /** The writable layer says nothing about {@code name} any more. */
    void unnamed(UpperNode directory, String name);

    /** Forgets everything; for tests. */
    Journal NONE = new Journal() {
        @Override
        public void changed(UpperNode node) {}

        @Override
        public void changedUnlinked(UpperNode node) {}

        @Override
        public void replaces(UpperNode node) {}

        @Override
        public void removed(UpperNode node) {}

        @Override
        public void forgotten(UpperNode node) {}

        @Override
        public void renumbered(Numbering numbering) {}

        @Override
        public void named(UpperNode directory, String name, @Nullable UpperNode child) {}

        @Override
        public void unnamed(UpperNode directory, String name) {}
    };
}
