package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.List;

/** Further names of a layer's files, in the order in which they were met. */
final class LayerLinks {
    /** {@code before} so many rows had been added. */
    record Link(int parent, String name, String first, int before) {}

    private final List<Link> links = new ArrayList<>();

    void add(int parent, String name, String first, int before) {
        links.add(new Link(parent, name, first, before));
    }

    int size() {
        return links.size();
    }

    Link get(int index) {
        return links.get(index);
    }
}
