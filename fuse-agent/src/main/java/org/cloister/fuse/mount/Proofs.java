package org.cloister.fuse.mount;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What each open descriptor of an object was checked against. Looking takes no lock; for all threads. */
final class Proofs {
    private static final int FIRST = 256;

    private volatile @Nullable Object[] byDescriptor = new Object[FIRST];

    /** Null: not of an object. */
    ObjectCheck.@Nullable Proof of(int descriptor) {
        @Nullable Object[] all = byDescriptor;
        return descriptor < all.length ? (ObjectCheck.Proof) all[descriptor] : null;
    }

    synchronized void put(int descriptor, ObjectCheck.Proof proof) {
        @Nullable Object[] all = byDescriptor;
        if (descriptor >= all.length) {
            all = Arrays.copyOf(all, Math.max(descriptor + 1, 2 * all.length));
        }
        all[descriptor] = proof;
        byDescriptor = all;
    }

    /** Before the descriptor is closed or replaced. */
    synchronized void remove(int descriptor) {
        @Nullable Object[] all = byDescriptor;
        if (descriptor >= 0 && descriptor < all.length && all[descriptor] != null) {
            all[descriptor] = null;
            byDescriptor = all;
        }
    }
}
