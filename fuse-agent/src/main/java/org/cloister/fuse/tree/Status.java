package org.cloister.fuse.tree;

/** Every way in which an operation can end. Translated to errno in one place, by the mount adapter. */
public enum Status implements Outcome {
    OK,
    NOT_FOUND,
    EXISTS,
    NOT_DIRECTORY,
    IS_DIRECTORY,
    NOT_EMPTY,
    NAME_TOO_LONG,
    INVALID,
    NOT_PERMITTED,
    OTHER_ROOT,
    NO_ATTRIBUTE,
    TOO_SMALL,
    NOT_SUPPORTED,
    TOO_MANY_LINKS,
    NO_SPACE,
    /** Of the host's disk, for whoever the daemon is. */
    QUOTA_USED_UP,
    FILE_TOO_LARGE,
    TOO_MANY_OPEN,
    /** The node is gone: its root left the generation, or it was reset. */
    STALE,
    /** An object is missing or does not match its digest, or the host's disk failed. */
    DAMAGED;

    /** True if it may go away when something is deleted. */
    public boolean saysThatNoRoomIsLeft() {
        return this == NO_SPACE || this == QUOTA_USED_UP;
    }
}
