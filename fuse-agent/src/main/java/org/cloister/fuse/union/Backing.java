package org.cloister.fuse.union;

import org.cloister.events.Digest;
import org.cloister.events.RootName;

/**
 * Where content is: objects of the store, and backing files of the writable layers. Descriptors are numbers that the mount
 * adapter can read and write with. Safe for several threads.
 */
public interface Backing {
    /** Descriptors that may stay open though nobody uses them. */
    default int idleDescriptors() {
        return 512;
    }

    /** For reading. Bytes that do not match {@code object} are never given out: DAMAGED instead. */
    int openObject(Digest object, long size) throws BackingFailure;

    /**
     * Asked after {@code count} bytes (negative: an error) of {@code wanted} were read at {@code offset} of {@code descriptor}:
     * whether they are what they should be. Always true for content of a writable layer; for an object false when it was
     * changed, cut or found damaged since it was opened.
     */
    default boolean vouches(int descriptor, long offset, long wanted, long count) {
        return true;
    }

    /** For reading and writing; made when it does not exist. */
    int openContent(RootName root, long id) throws BackingFailure;

    /** A backing file with the first {@code length} bytes of {@code source}, open for reading and writing. */
    int copyContent(RootName root, long id, int source, long length) throws BackingFailure;

    void deleteContent(RootName root, long id);

    void resize(int descriptor, long size) throws BackingFailure;

    /** Blocks of 512 bytes that the file takes. */
    long blocks(int descriptor) throws BackingFailure;

    /** Size and time of the last write, as the disk has them. */
    Observed observed(int descriptor) throws BackingFailure;

    /** Durable when it returns. */
    void sync(int descriptor) throws BackingFailure;

    /** Whoever uses {@code old} uses the open file of {@code replacement} from now on; {@code replacement} is closed. */
    void replace(int replacement, int old) throws BackingFailure;

    void close(int descriptor);
}
