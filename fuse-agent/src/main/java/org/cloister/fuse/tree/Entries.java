package org.cloister.fuse.tree;

/** Takes the entries of a directory one by one, with the cookie from which a later listing goes on after them. */
public interface Entries {
    /** False: no room, and this entry was not taken. */
    boolean take(String name, Node node, long cookie);
}
